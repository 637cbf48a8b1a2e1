import type { SavedProfile } from '../../electron/contract/contract.ts';
import { Profile } from '../../scanner/domain/profile.ts';
import type { Desk } from '../state/desk.svelte.ts';

const REFINE_AFTER_MS = 40;
/** Dollars per leg and contract that new profiles of the app start with. */
const APP_FEE_PER_LEG = 0.65;

/** Loads profiles and settings, chooses one and starts its scan: a first run shows rows without a click. */
export async function loadProfiles(desk: Desk): Promise<void> {
  const saved = await desk.ask((client) => client.profiles.list());
  if (saved === undefined) return;
  desk.profiles.replaceAll(saved);
  if (desk.profiles.chosen !== undefined) return;
  const wanted = saved.find((entry) => entry.id === desk.settings.startupProfileId) ?? desk.profiles.saved[0];
  if (wanted !== undefined) {
    desk.profiles.chosenId = wanted.id;
    desk.scan.profile = wanted.profile;
  }
  desk.startScan();
}

export function chooseProfile(desk: Desk, id: string): void {
  const entry = desk.profiles.saved.find((saved) => saved.id === id);
  if (entry === undefined) return;
  desk.profiles.chosenId = id;
  desk.view.tab = 'scan';
  setProfile(desk, entry.profile);
}

/** Changes part of what is scanned; the open scan filters again at once. */
export function editProfile(desk: Desk, patch: Partial<Profile>): void {
  setProfile(desk, { ...desk.scan.profile, ...patch });
}

let refineTimer: object | undefined;

function setProfile(desk: Desk, profile: Profile): void {
  desk.scan.profile = profile;
  const { clock } = desk.services;
  if (refineTimer) clock.clearTimer(refineTimer);
  refineTimer = clock.setTimer(() => void refine(desk), REFINE_AFTER_MS);
}

async function refine(desk: Desk): Promise<void> {
  const { stream, profile } = desk.scan;
  if (stream === undefined) return;
  const answer = await desk.attempt((client) => client.scan.refine({ stream, profile }));
  desk.scan.problem = answer.failed;
}

/** Saves over the chosen profile; a built-in one is saved under a name of its own. */
export async function saveProfile(desk: Desk): Promise<void> {
  const chosen = desk.profiles.chosen;
  if (chosen === undefined || chosen.builtIn) return saveProfileAs(desk, `${desk.scan.profile.name}, mine`);
  await put(desk, desk.scan.profile, chosen.id);
}

export async function saveProfileAs(desk: Desk, name: string): Promise<void> {
  await put(desk, { ...desk.scan.profile, name: unusedName(desk, name) });
}

/** A profile that filters nothing yet, over the symbols and strategies that are on the screen. */
export async function newProfile(desk: Desk): Promise<void> {
  const { symbols, strategies } = desk.scan.profile;
  const name = unusedName(desk, 'New profile');
  await put(desk, Profile.parse({ version: 1, name, symbols, strategies, feesPerLeg: APP_FEE_PER_LEG }));
}

export async function renameProfile(desk: Desk, entry: SavedProfile, name: string): Promise<void> {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed === entry.profile.name) return;
  const saved = await desk.ask((client) =>
    client.profiles.save({ id: entry.id, profile: { ...entry.profile, name: trimmed } }),
  );
  if (saved === undefined) return;
  desk.profiles.upsert(saved);
  if (entry.id === desk.profiles.chosenId) desk.scan.profile = { ...desk.scan.profile, name: trimmed };
}

export async function duplicateProfile(desk: Desk, entry: SavedProfile): Promise<void> {
  await put(desk, { ...entry.profile, name: unusedName(desk, `${entry.profile.name} copy`) });
}

export async function removeProfile(desk: Desk, entry: SavedProfile): Promise<void> {
  const done = await desk.attempt((client) => client.profiles.remove({ id: entry.id }));
  if (done.failed !== undefined) {
    desk.services.tell({ kind: 'bad', text: done.failed });
    return;
  }
  desk.profiles.remove(entry.id);
  const next = desk.profiles.saved[0];
  if (entry.id === desk.profiles.chosenId && next !== undefined) chooseProfile(desk, next.id);
  desk.services.tell({
    kind: 'info',
    text: `Deleted ${entry.profile.name}`,
    action: { label: 'Undo', run: () => void restoreProfile(desk, entry.id) },
  });
}

async function restoreProfile(desk: Desk, id: string): Promise<void> {
  const saved = await desk.ask((client) => client.profiles.restore({ id }));
  if (saved !== undefined) desk.profiles.upsert(saved);
}

export async function importProfile(desk: Desk, file: File): Promise<void> {
  const text = await file.text();
  const saved = await desk.ask((client) => client.profiles.import({ text }));
  if (saved === undefined) return;
  desk.profiles.upsert(saved);
  chooseProfile(desk, saved.id);
  desk.services.tell({ kind: 'good', text: `Imported ${saved.profile.name}` });
}

export async function exportProfile(desk: Desk, entry: SavedProfile): Promise<void> {
  const file = await desk.ask((client) => client.profiles.export({ id: entry.id }));
  if (file !== undefined) offerFile(file.fileName, file.text, 'application/json');
}

/** Hands a text to the browser as a download. */
export function offerFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  URL.revokeObjectURL(url);
}

async function put(desk: Desk, profile: Profile, id?: string): Promise<void> {
  const saved = await desk.ask((client) => client.profiles.save(id === undefined ? { profile } : { id, profile }));
  if (saved === undefined) return;
  desk.profiles.upsert(saved);
  desk.profiles.chosenId = saved.id;
  setProfile(desk, saved.profile);
  desk.services.tell({ kind: 'good', text: `Saved ${saved.profile.name}` });
}

function unusedName(desk: Desk, wanted: string): string {
  const taken = new Set(desk.profiles.saved.map((entry) => entry.profile.name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? wanted : `${wanted} ${n}`;
    if (!taken.has(name)) return name;
  }
}
