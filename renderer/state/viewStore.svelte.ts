export type Tab = 'scan' | 'positions' | 'orders';
export type DialogName = 'palette' | 'settings' | 'whyNot' | 'confirm' | 'resume' | 'symbols';

/** What is on the screen: tab, dialog, and everything that keeps the order of rows still. */
export class ViewStore {
  tab = $state<Tab>('scan');
  dialog = $state<DialogName | undefined>(undefined);
  /** Text the command palette opens with. */
  paletteText = $state('');
  settingsPage = $state<'look' | 'connection' | 'limits' | 'live'>('look');
  showFilters = $state(true);
  showLeft = $state(false);
  bandHidden = $state(false);
  /** Alerts and log with several lines also in a low window. */
  footTall = $state(false);
  /** Step of the guided tour; undefined when it is not running. */
  tour = $state<number | undefined>(undefined);
  onlySymbol = $state<string | undefined>(undefined);
  bestPerStrike = $state(false);

  /** Rises when the keyboard is sent into the rows. */
  rowsCalled = $state(0);

  pointerOverRows = $state(false);
  focusInRows = $state(false);
  focusInTicket = $state(false);
  pinned = $state(false);
  /** No row may move under a click, a key or an order in the making. */
  orderHeld = $derived(this.pointerOverRows || this.focusInRows || this.focusInTicket || this.pinned);

  open(dialog: DialogName): void {
    this.dialog = dialog;
  }

  close(): void {
    this.dialog = undefined;
  }
}
