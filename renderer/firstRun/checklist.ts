import type { Check } from '../../electron/contract/desk.ts';

export interface ChecklistPoint {
  title: string;
  /** Where in TWS, as its menus read. */
  path?: string;
  text: string;
  state: Check['state'];
  found: string;
}

const PATHS: Partial<Record<Check['id'], string>> = {
  listening: 'Global Configuration › API › Settings',
  readOnly: 'Global Configuration › API › Settings',
};

const SETTINGS_POINTS: readonly ChecklistPoint[] = [
  {
    title: 'TWS or IB Gateway is running',
    text: 'Log in with your paper account first; the account decides the mode, not the port.',
    state: 'todo',
    found: 'not tested',
  },
  {
    title: 'Enable ActiveX and Socket Clients',
    path: 'Global Configuration › API › Settings',
    text: '',
    state: 'todo',
    found: 'not tested',
  },
  {
    title: 'Socket port',
    text: 'TWS: 7497 paper, 7496 live. Gateway: 4002 paper, 4001 live.',
    state: 'todo',
    found: 'not tested',
  },
  {
    title: 'Read-Only API is off',
    text: 'Untick it to trade. Scanning works with it on.',
    state: 'todo',
    found: 'not tested',
  },
  { title: 'Trusted IP 127.0.0.1', text: 'Else TWS asks at every start.', state: 'todo', found: 'not tested' },
];

/** Nobody but a person can look these up: TWS does not say them to a program. */
const BY_HAND: readonly ChecklistPoint[] = [
  {
    title: 'Memory 4096 MB',
    path: 'Global Configuration › General',
    text: 'Chains of SPX need it.',
    state: 'todo',
    found: 'by hand',
  },
  {
    title: 'Auto-restart time',
    path: 'Global Configuration › Lock and Exit',
    text: 'Set a time outside market hours. TWS logs out on Sundays.',
    state: 'todo',
    found: 'by hand',
  },
];

/** The points in order: what to tick before a test, what the test found after it, and what only a person can see. */
export function checklist(checks: readonly Check[] | undefined): ChecklistPoint[] {
  if (checks === undefined) return [...SETTINGS_POINTS, ...BY_HAND];
  const tested = checks.map((check): ChecklistPoint => {
    const path = check.state === 'passed' ? undefined : PATHS[check.id];
    return {
      title: check.title,
      text: check.state === 'passed' ? '' : check.advice,
      state: check.state,
      found: check.found,
      ...(path === undefined ? {} : { path }),
    };
  });
  return [...tested, ...BY_HAND];
}

/** The first thing to put right, in the broker's checklist order. */
export function nextStep(checks: readonly Check[] | undefined): string | undefined {
  return checks?.find((check) => check.state === 'failed')?.advice;
}

/** True when a link can be opened, with or without orders. */
export function canConnect(checks: readonly Check[] | undefined): boolean {
  const failed = checks?.filter((check) => check.state === 'failed').map((check) => check.id);
  return failed === undefined || failed.every((id) => id === 'readOnly' || id === 'marketData');
}
