import './strictPolicy.ts';
import { mount } from 'svelte';
import { toast } from 'svelte-sonner';
import DeskView from './Desk.svelte';
import { Link, openPort, openSocket } from './link.ts';
import { afterPaint, browserClock } from './state/browserClock.ts';
import { Desk, type Notice } from './state/desk.svelte.ts';
import './theme/tokens.css';
import './theme/base.css';
import './theme/controls.css';
import './theme/panels.css';
import './theme/floating.css';
import './theme/resultsGrid.css';

const TOAST_MS = 6_000;

function tell({ text, kind, action }: Notice): void {
  const say = kind === 'bad' ? toast.error : kind === 'good' ? toast.success : toast.info;
  say(text, { duration: TOAST_MS, ...(action ? { action: { label: action.label, onClick: action.run } } : {}) });
}

const inElectron = 'legworkHost' in window;
const link = new Link({
  open: () => (inElectron ? openPort(window) : openSocket(window.location)),
  clock: browserClock,
  random: Math.random,
});
const desk = new Desk({ link, clock: browserClock, painted: afterPaint, memory: localStorage, tell });
const target = document.getElementById('desk');
if (target === null) throw new Error('index.html has no element with the id "desk"');
mount(DeskView, { target, props: { desk } });
void link.connect();
