import { randomUUID } from 'node:crypto';
import { RPCHandler } from '@orpc/server/ws';
import type { Caller } from '../engine/caller.ts';
import { startLoopback, type LoopbackHost } from './loopback.ts';
import { openEngine, type EngineChoices, type HostedEngine } from './openEngine.ts';

export interface NodeHostChoices extends EngineChoices {
  /** Of the loopback host; 0 takes any free one. */
  port: number;
  /** Folder of the built interface. */
  rendererDir: string;
}

export interface NodeHost {
  loopback: LoopbackHost;
  hosted: HostedEngine;
  close(): Promise<void>;
}

/**
 * Legwork without Electron: the engine and the loopback host that serves it to browser windows.
 * @throws LegworkError input/invalid when the port cannot be had; nothing is left running then.
 */
export async function startNodeHost(choices: NodeHostChoices): Promise<NodeHost> {
  const hosted = await openEngine(choices);
  const rpc = new RPCHandler<Caller>(hosted.engine.router);
  try {
    const loopback = await startLoopback({
      port: choices.port,
      rendererDir: choices.rendererDir,
      log: hosted.log,
      onWindow: (socket) => {
        void rpc.upgrade(socket, { context: { owner: randomUUID() } });
      },
    });
    return {
      loopback,
      hosted,
      close: async () => {
        await loopback.close();
        await hosted.close();
      },
    };
  } catch (error) {
    await hosted.close();
    throw error;
  }
}
