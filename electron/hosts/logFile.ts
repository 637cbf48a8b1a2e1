import { join } from 'node:path';
import pino from 'pino';
import type { EngineLog } from '../engine/log.ts';

const SECRET_KEYS = ['token', 'cookie', 'launchKey', 'authorization', 'password', 'secret'];
/** Also inside text: launch addresses, cookies and bearer keys. */
const SECRET_TEXT = /(\?t=|Bearer |legwork_\d+=|"token":")[A-Za-z0-9_-]{16,}/g;

function redactText(text: string): string {
  return text.replace(SECRET_TEXT, '$1[hidden]');
}

export interface LogFile extends EngineLog {
  path: string;
  /** Writes what is buffered; call before the process ends. */
  flush(): void;
}

/** JSON lines in the data folder. Secrets are taken out by key, at any depth used here, and by pattern. */
export function openLogFile(dataDir: string): LogFile {
  const path = join(dataDir, 'legwork.log');
  const destination = pino.destination({ dest: path, sync: true, mkdir: true, mode: 0o600 });
  const logger = pino(
    {
      base: { pid: process.pid },
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
      hooks: { streamWrite: redactText },
    },
    destination,
  );
  const detailed = (write: (detail: object, text: string) => void) => (text: string, detail?: object) => {
    write(detail ?? {}, text);
  };
  return {
    path,
    info: detailed((detail, text) => {
      logger.info(detail, text);
    }),
    warn: detailed((detail, text) => {
      logger.warn(detail, text);
    }),
    error: detailed((detail, text) => {
      logger.error(detail, text);
    }),
    flush: () => {
      destination.flushSync();
    },
  };
}
