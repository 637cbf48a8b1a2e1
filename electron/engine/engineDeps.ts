import type { Clock, Random } from '../../scanner/domain/clock.ts';
import type { Storage } from '../storage/storage.ts';
import type { EngineLog } from './log.ts';

/** What a host hands to the engine: everything that touches the world. */
export interface EngineDeps {
  clock: Clock;
  random: Random;
  /** A fresh UUID each time. */
  newId: () => string;
  storage: Storage;
  log: EngineLog;
  version: string;
  /** Our own client id at TWS. */
  clientId: number;
  /** Worker threads for scans. */
  threads: number;
  /** The bundled scan worker, where there is a bundle. */
  workerFile?: string | URL;
  simulator: {
    /** Starts it if it is not running. */
    start: () => Promise<{ host: string; port: number }>;
    /** True when its market never closes. */
    alwaysOpen: boolean;
  };
  /** True when something listens on host:port; the host owns sockets. */
  canConnect: (host: string, port: number) => Promise<boolean>;
}
