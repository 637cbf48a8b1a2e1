import type { Desk } from '../state/desk.svelte.ts';
import type { Tab } from '../state/viewStore.svelte.ts';
import { connectSimulator } from './connectionActions.ts';
import { arm, disarm, enableOrders, halt, previewTicket, requestSend } from './orderActions.ts';
import { chooseProfile, duplicateProfile, exportProfile, newProfile, saveProfile } from './profileActions.ts';
import { pauseLoading } from './scanActions.ts';
import { changeSettings } from './settingsActions.ts';
import { dismissSpread } from './spreadActions.ts';

export interface Command {
  id: string;
  group: string;
  label: string;
  keys?: string;
  /** A command that cannot be used now is not offered. */
  when?: (desk: Desk) => boolean;
  run: (desk: Desk) => void;
}

const TABS: readonly { tab: Tab; label: string }[] = [
  { tab: 'scan', label: 'Scan' },
  { tab: 'positions', label: 'Positions' },
  { tab: 'orders', label: 'Orders' },
];

const PANELS = ['Profiles and watchlist', 'Filters', 'Rows', 'Analysis', 'Ticket', 'Alerts and log'] as const;

/** Puts the keyboard into a panel; the first thing in it that takes it. */
export function focusPanel(desk: Desk, number: number): void {
  if (number === 1) desk.view.showLeft = true;
  if (number === 2) desk.view.showFilters = true;
  if (number === 6) desk.view.footTall = true;
  if (number === 3 && desk.view.tab === 'scan') {
    desk.view.rowsCalled++;
    return;
  }
  // The panel may only now be on its way to the screen.
  desk.services.painted(() => {
    const panel = document.querySelector<HTMLElement>(`[data-panel='${number}']`);
    (panel?.querySelector<HTMLElement>('input, button, [tabindex="0"]') ?? panel)?.focus();
  });
}

const onTicket = (desk: Desk) => desk.ticket.subject !== undefined && desk.ticket.sentRef === undefined;

/** Everything that can be done by name. Keys and palette read this one list. */
export const COMMANDS: readonly Command[] = [
  {
    id: 'symbol',
    group: 'Go to',
    label: 'Add symbols to the scan…',
    keys: '/',
    run: ({ view }) => view.open('symbols'),
  },
  ...TABS.map(({ tab, label }, index): Command => ({
    id: `tab-${tab}`,
    group: 'Go to',
    label,
    keys: `Alt ${index + 1}`,
    run: ({ view }) => (view.tab = tab),
  })),
  ...PANELS.map((label, index): Command => ({
    id: `panel-${index + 1}`,
    group: 'Go to',
    label,
    keys: `Ctrl ${index + 1}`,
    run: (desk) => focusPanel(desk, index + 1),
  })),
  {
    id: 'preview',
    group: 'Ticket',
    label: 'Preview the order',
    keys: 'Enter',
    when: onTicket,
    run: (desk) => void previewTicket(desk),
  },
  {
    id: 'send',
    group: 'Ticket',
    label: 'Send what was previewed',
    keys: 'Ctrl Enter',
    when: onTicket,
    run: (desk) => void requestSend(desk),
  },
  {
    id: 'mid',
    group: 'Ticket',
    label: 'Limit at mid',
    keys: 'M',
    when: onTicket,
    run: ({ ticket }) => ticket.followMiddle(),
  },
  {
    id: 'tick-up',
    group: 'Ticket',
    label: 'Limit one tick better',
    keys: '+',
    when: onTicket,
    run: ({ ticket }) => ticket.step(1),
  },
  {
    id: 'tick-down',
    group: 'Ticket',
    label: 'Limit one tick nearer to the market',
    keys: '−',
    when: onTicket,
    run: ({ ticket }) => ticket.step(-1),
  },
  {
    id: 'dismiss',
    group: 'Ticket',
    label: 'Close analysis and ticket',
    keys: 'Esc',
    when: onTicket,
    run: dismissSpread,
  },
  {
    id: 'halt',
    group: 'Safety',
    label: 'HALT: stop every order',
    keys: 'Ctrl Shift H, held',
    when: (desk) => !desk.status.desk?.safety.halted,
    run: (desk) => void halt(desk),
  },
  {
    id: 'resume',
    group: 'Safety',
    label: 'Resume after the halt…',
    when: (desk) => desk.status.desk?.safety.halted !== undefined,
    run: ({ view }) => view.open('resume'),
  },
  {
    id: 'orders-on',
    group: 'Safety',
    label: 'Switch orders on',
    when: (desk) => desk.status.desk?.safety.ordersEnabled === false,
    run: (desk) => void enableOrders(desk, true),
  },
  {
    id: 'orders-off',
    group: 'Safety',
    label: 'Switch orders off',
    when: (desk) => desk.status.desk?.safety.ordersEnabled === true,
    run: (desk) => void enableOrders(desk, false),
  },
  {
    id: 'arm',
    group: 'Safety',
    label: 'Arm: one click sends',
    when: (desk) => desk.status.canOrder && !desk.status.armed,
    run: (desk) => void arm(desk),
  },
  {
    id: 'disarm',
    group: 'Safety',
    label: 'Disarm',
    when: (desk) => desk.status.armed,
    run: (desk) => void disarm(desk),
  },
  { id: 'save', group: 'Profile', label: 'Save profile', keys: 'Ctrl S', run: (desk) => void saveProfile(desk) },
  { id: 'new', group: 'Profile', label: 'New profile', run: (desk) => void newProfile(desk) },
  {
    id: 'duplicate',
    group: 'Profile',
    label: 'Duplicate profile',
    run: (desk) => desk.profiles.chosen && void duplicateProfile(desk, desk.profiles.chosen),
  },
  {
    id: 'export',
    group: 'Profile',
    label: 'Export profile as JSON',
    run: (desk) => desk.profiles.chosen && void exportProfile(desk, desk.profiles.chosen),
  },
  { id: 'why', group: 'Scan', label: 'Why is a spread not in the list…', run: ({ view }) => view.open('whyNot') },
  {
    id: 'best',
    group: 'Scan',
    label: 'Best 2 per strike, on or off',
    run: ({ view }) => (view.bestPerStrike = !view.bestPerStrike),
  },
  {
    id: 'filters',
    group: 'Scan',
    label: 'Filters, show or hide',
    keys: 'Ctrl Shift F',
    run: ({ view }) => (view.showFilters = !view.showFilters),
  },
  {
    id: 'pause',
    group: 'Scan',
    label: 'Pause or go on loading quotes',
    when: (desk) => desk.scan.head?.progress.running === true,
    run: (desk) => void pauseLoading(desk, !desk.scan.head?.progress.paused),
  },
  { id: 'settings', group: 'Desk', label: 'Settings…', run: ({ view }) => view.open('settings') },
  {
    id: 'connection',
    group: 'Desk',
    label: 'Connect to TWS…',
    run: ({ view }) => {
      view.settingsPage = 'connection';
      view.open('settings');
    },
  },
  {
    id: 'simulator',
    group: 'Desk',
    label: 'Connect to the simulated market',
    when: (desk) => desk.status.mode !== 'simulated',
    run: (desk) => void connectSimulator(desk),
  },
  {
    id: 'theme',
    group: 'Desk',
    label: 'Dark or light',
    run: (desk) => void changeSettings(desk, { theme: desk.settings.theme === 'dark' ? 'light' : 'dark' }),
  },
  {
    id: 'palette',
    group: 'Desk',
    label: 'Green and red, or blue and orange',
    run: (desk) =>
      void changeSettings(desk, { palette: desk.settings.palette === 'green-red' ? 'blue-orange' : 'green-red' }),
  },
  { id: 'tour', group: 'Desk', label: 'Show me around', run: ({ view }) => ((view.tab = 'scan'), (view.tour = 0)) },
];

/** What can be done now, profiles to choose among it. */
export function commandsFor(desk: Desk): Command[] {
  const profiles = desk.profiles.saved.map(({ id, profile }): Command => ({
    id: `profile-${id}`,
    group: 'Profile',
    label: `Scan ${profile.name}`,
    run: () => chooseProfile(desk, id),
  }));
  return [...COMMANDS.filter((command) => command.when?.(desk) ?? true), ...profiles];
}

/** True when every word typed begins a word of the label. */
export function matches(label: string, typed: string): boolean {
  const words = label.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return typed
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .every((part) => part === '' || words.some((word) => word.startsWith(part)));
}

export function runCommand(desk: Desk, id: string): void {
  const command = commandsFor(desk).find((entry) => entry.id === id);
  command?.run(desk);
}
