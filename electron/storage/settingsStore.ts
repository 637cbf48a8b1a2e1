import { SettingsSchema } from '../contract/desk.ts';
import type { Settings } from '../contract/desk.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import type { WriteGuard } from './writeGuard.ts';

/** The settings, as one validated value. */
export class SettingsStore {
  readonly #guard: WriteGuard;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #log: (level: 'warning', text: string) => void;

  constructor(guard: WriteGuard, deps: { clock: Pick<Clock, 'now'>; log: (level: 'warning', text: string) => void }) {
    this.#guard = guard;
    this.#clock = deps.clock;
    this.#log = deps.log;
  }

  /**
   * Where a stored value cannot be used, that field alone goes back to its default; what was stored is kept under a
   * key of its own and the change is logged.
   */
  get(): Settings {
    const json = this.#read();
    if (json === undefined) return SettingsSchema.parse({});
    const raw = parsed(json);
    const whole = SettingsSchema.safeParse(raw);
    if (whole.success) return whole.data;
    const kept = usableFields(raw);
    this.#keepDamaged(json);
    const names = whole.error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`);
    this.#log('warning', `Some settings could not be read and are back to their defaults (${names.join('; ')}).`);
    this.#guard.tryWrite(() => this.#write('settings', JSON.stringify(kept)));
    return kept;
  }

  /** @throws LegworkError data/storage. */
  put(settings: Settings): Settings {
    const valid = SettingsSchema.parse(settings);
    this.#guard.mustWrite(() => this.#write('settings', JSON.stringify(valid)));
    return valid;
  }

  #read(): string | undefined {
    return this.#guard.db.prepare<[], { json: string }>(`SELECT json FROM setting WHERE key = 'settings'`).get()?.json;
  }

  #keepDamaged(json: string): void {
    this.#guard.tryWrite(() => this.#write(`damaged:settings:${this.#clock.now()}`, json));
  }

  #write(key: string, json: string): void {
    this.#guard.db
      .prepare(
        `INSERT INTO setting (key, json, updated_at_ms) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET json = excluded.json, updated_at_ms = excluded.updated_at_ms`,
      )
      .run(key, json, this.#clock.now());
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

/** Every field that is valid by itself; defaults for the rest. */
function usableFields(raw: unknown): Settings {
  const kept: Record<string, unknown> = {};
  if (typeof raw === 'object' && raw !== null) {
    for (const [name, value] of Object.entries(raw as Record<string, unknown>)) {
      if (SettingsSchema.safeParse({ [name]: value }).success) kept[name] = value;
    }
  }
  return SettingsSchema.parse(kept);
}
