// `npm test`: sets up what is missing, then runs every check and test; the last line counts them.
import { join } from 'node:path';
import { prepare, root } from './setUp/prepare.mjs';
import { run } from './setUp/run.mjs';

const node = await prepare();
process.exitCode = await run(node, [join(root, 'build/check.ts'), '--e2e', ...process.argv.slice(2)], { cwd: root });
