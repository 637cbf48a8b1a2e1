import type { Settings } from '../contract/desk.ts';
import type { Storage } from '../storage/storage.ts';
import type { DeskLog } from './desk/deskLog.ts';
import type { Implementer } from './implementer.ts';

/** The settings as they are now, without a look at the disk each time. */
export class LiveSettings {
  readonly #store: Storage['settings'];
  #current: Settings;

  constructor(store: Storage['settings']) {
    this.#store = store;
    this.#current = store.get();
  }

  get current(): Settings {
    return this.#current;
  }

  /** @throws LegworkError data/storage; then the old settings stay in force. */
  put(settings: Settings): Settings {
    this.#current = this.#store.put(settings);
    return this.#current;
  }
}

export function settingsService(os: Implementer, settings: LiveSettings, log: DeskLog) {
  return {
    get: os.settings.get.handler(() => settings.current),
    put: os.settings.put.handler(({ input }) => {
      const before = settings.current;
      const after = settings.put(input);
      if (before.messageCeiling !== after.messageCeiling || before.lineBudget !== after.lineBudget) {
        log.info('The new message ceiling and line budget take effect when Legwork is started again.');
      }
      return after;
    }),
  };
}
