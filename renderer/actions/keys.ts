import { createKeybindingsHandler } from 'tinykeys';
import type { TimerHandle } from '../../scanner/domain/clock.ts';
import type { Desk } from '../state/desk.svelte.ts';
import { COMMANDS, focusPanel, runCommand } from './commands.ts';
import { halt, previewTicket } from './orderActions.ts';
import { dismissSpread } from './spreadActions.ts';

const HALT_HOLD_MS = 400;

/** True while typing: letters belong to the field then. */
function inField(event: KeyboardEvent): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement && target.matches('input:not([type=range]), textarea, select, [contenteditable]')
  );
}

/** Binds the keys of the desk. No single key sends an order. Returns how to unbind. */
export function bindKeys(desk: Desk, target: Window): () => void {
  const command = (id: string) => (event: KeyboardEvent) => {
    if (desk.view.dialog !== undefined) return;
    event.preventDefault();
    runCommand(desk, id);
  };
  const letter = (id: string) => (event: KeyboardEvent) => {
    if (!inField(event) && desk.ticket.subject !== undefined) command(id)(event);
  };
  const bindings: Record<string, (event: KeyboardEvent) => void> = {
    '$mod+k': (event) => {
      event.preventDefault();
      desk.view.open('palette');
    },
    '/': (event) => {
      if (!inField(event)) command('symbol')(event);
    },
    b: (event) => {
      if (!inField(event) && desk.ticket.subject !== undefined) command('panel-5')(event);
    },
    f: (event) => {
      if (!inField(event)) command('panel-2')(event);
    },
    m: letter('mid'),
    '+': letter('tick-up'),
    '=': letter('tick-up'),
    'Shift++': letter('tick-up'),
    '-': letter('tick-down'),
    Enter: (event) => enter(desk, event),
    '$mod+Enter': command('send'),
    '$mod+s': command('save'),
    '$mod+Shift+f': command('filters'),
    Escape: (event) => escape(desk, event),
  };
  for (const { id, keys } of COMMANDS) {
    const found = /^(Ctrl|Alt) (\d)$/.exec(keys ?? '');
    if (found?.[2] !== undefined) bindings[`${found[1] === 'Ctrl' ? '$mod' : 'Alt'}+Digit${found[2]}`] = command(id);
  }
  const handle = createKeybindingsHandler(bindings, { ignore: () => false });
  const stopHalt = bindHalt(desk, target);
  target.addEventListener('keydown', handle);
  return () => {
    target.removeEventListener('keydown', handle);
    stopHalt();
  };
}

/** Enter previews from anywhere in the ticket except a control that Enter itself presses. */
function enter(desk: Desk, event: KeyboardEvent): void {
  if (desk.view.dialog !== undefined || !(event.target instanceof HTMLElement)) return;
  const inTicket = event.target.closest('[data-panel="5"]') !== null;
  if (!inTicket || event.target.closest('button, select, a') !== null) return;
  // The field commits its text on the same key, before the preview is asked for.
  event.target.blur();
  void previewTicket(desk);
}

function escape(desk: Desk, event: KeyboardEvent): void {
  const { view } = desk;
  if (view.dialog !== undefined || event.defaultPrevented) return;
  if (view.tour !== undefined) view.tour = undefined;
  else if (view.showLeft) view.showLeft = false;
  else if (view.footTall) view.footTall = false;
  else if (inField(event)) (event.target as HTMLElement).blur();
  else if (view.focusInTicket) focusPanel(desk, 3);
  else dismissSpread(desk);
}

/** Ctrl Shift H, held: works over every dialog and field. */
function bindHalt(desk: Desk, target: Window): () => void {
  const { clock } = desk.services;
  let timer: TimerHandle | undefined;
  const release = () => {
    if (timer) clock.clearTimer(timer);
    timer = undefined;
  };
  const press = (event: KeyboardEvent) => {
    if (event.code !== 'KeyH' || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    timer ??= clock.setTimer(() => {
      release();
      void halt(desk);
    }, HALT_HOLD_MS);
  };
  target.addEventListener('keydown', press, true);
  target.addEventListener('keyup', release, true);
  target.addEventListener('blur', release);
  return () => {
    release();
    target.removeEventListener('keydown', press, true);
    target.removeEventListener('keyup', release, true);
    target.removeEventListener('blur', release);
  };
}
