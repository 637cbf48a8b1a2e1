import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openLogFile } from '../../electron/hosts/logFile.ts';

test('no canary secret reaches the log, by key or inside text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'legwork-log-'));
  const log = openLogFile(folder);
  const canary = 'CANARYabcdefghijklmnopqrstuvwxyz0123456789AB';
  log.info(`open http://127.0.0.1:4711/?t=${canary}`);
  log.warn('headers', { headers: { authorization: `Bearer ${canary}`, cookie: `legwork_4711=${canary}` } });
  log.error('preview', { token: canary, request: { token: canary }, text: `legwork_4711=${canary}` });
  log.info('kept', { orderRef: 'LW-1' });
  log.flush();
  const text = readFileSync(log.path, 'utf8');
  rmSync(folder, { recursive: true });
  expect(text).not.toContain('CANARY');
  expect(text).toContain('LW-1');
  expect(text.trim().split('\n')).toHaveLength(4);
});
