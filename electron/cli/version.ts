import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** From package.json, three folders up in a checkout and beside the program when packaged. */
export function readVersion(root: string): string {
  const text = readFileSync(join(root, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
