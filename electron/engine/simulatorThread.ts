import { startSimulatorThread, type SimulatorThread } from '../../broker/simulator/thread.ts';

export interface SimulatorChoice {
  seed: number;
  /** `always`: the market never closes. `exchange`: New York hours. */
  hours: 'always' | 'exchange';
  /** The bundled thread, where there is a bundle. */
  threadFile?: string | URL;
}

/** The built-in simulator: not there until somebody connects to it, then one for the life of the program. */
export interface SimulatorLauncher {
  start(): Promise<{ host: string; port: number }>;
  alwaysOpen: boolean;
  close(): Promise<void>;
}

/** Runs the simulator in a thread of its own, so that it cannot slow the engine. */
export function simulatorLauncher({ seed, hours, threadFile }: SimulatorChoice): SimulatorLauncher {
  let thread: Promise<SimulatorThread> | undefined;
  return {
    alwaysOpen: hours === 'always',
    start: async () => {
      thread ??= startSimulatorThread({ port: 0, seed, hours, ...(threadFile === undefined ? {} : { threadFile }) });
      try {
        const { port } = await thread;
        return { host: '127.0.0.1', port };
      } catch (error) {
        thread = undefined;
        throw error;
      }
    },
    close: async () => {
      const running = await thread?.catch(() => undefined);
      thread = undefined;
      await running?.close();
    },
  };
}
