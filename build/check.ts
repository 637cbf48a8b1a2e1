/**
 * Everything a reviewer would ask, with one line of result at the end: types, lint, format, layers, dead code, the
 * bundle, unit and flow tests. `--e2e` adds the tests in a real browser.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { browserOrInstall } from './browser.ts';
import { addCounts, countsLine, readPlaywrightCounts, readVitestCounts, type Counts } from './testCounts.ts';

const root = resolve(import.meta.dirname, '..');
const results = resolve(root, 'test-results');

interface Step {
  name: string;
  /** Run by this Node. */
  args: string[];
}

interface Outcome {
  code: number;
  output: string;
}

/** The script behind a package's command, since node_modules/.bin holds no scripts on Windows. */
function commandOf(packageName: string, command: string = packageName): string {
  const folder = resolve(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(resolve(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  const script = typeof bin === 'string' ? bin : bin[command];
  if (script === undefined) throw new Error(`The package ${packageName} has no command ${command}.`);
  return resolve(folder, script);
}

const LAYERED = ['scanner', 'broker', 'electron', 'renderer', 'build', 'test'];

/** The slow ones first, so that the last to finish are short. */
const STATIC_STEPS: Step[] = [
  { name: 'lint', args: [commandOf('eslint'), '.', '--max-warnings', '0'] },
  { name: 'types', args: [commandOf('svelte-check'), '--tsconfig', './tsconfig.json', '--fail-on-warnings'] },
  { name: 'bundle', args: [resolve(root, 'build/bundle.ts')] },
  { name: 'format', args: [commandOf('prettier'), '--check', '--log-level', 'warn', '.'] },
  { name: 'dead code', args: [commandOf('knip')] },
  { name: 'layers', args: [commandOf('dependency-cruiser', 'depcruise'), ...LAYERED] },
];
const UNIT_RESULT = resolve(results, 'unit.json');
const UNIT: Step = {
  name: 'unit and flow tests',
  args: [commandOf('vitest'), 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${UNIT_RESULT}`],
};
const E2E_RESULT = resolve(results, 'e2e.json');
const E2E: Step = { name: 'browser tests', args: [commandOf('@playwright/test', 'playwright'), 'test'] };

/** Kept output has no colours, and output that goes to a file has none either. */
function colours(live: boolean): Record<string, string | undefined> {
  return live && process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined };
}

/** @param live True shows the output as it comes, false keeps it for a failure. */
function execute(step: Step, live: boolean): Promise<Outcome> {
  const child = spawn(process.execPath, step.args, {
    cwd: root,
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
    env: { ...process.env, ...colours(live), LEGWORK_E2E_RESULT: E2E_RESULT },
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

async function timed(step: Step, live: boolean): Promise<Outcome> {
  const startedAt = performance.now();
  const outcome = await execute(step, live);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${outcome.code === 0 ? 'ok    ' : 'FAILED'}  ${step.name}  ${seconds} s`);
  if (outcome.code !== 0 && outcome.output !== '') console.log(outcome.output);
  return outcome;
}

/** Each step counts as one check, passed or failed. */
async function runStatic(): Promise<Counts> {
  const waiting = [...STATIC_STEPS];
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const { code } = await timed(step, false);
      counts[code === 0 ? 'passed' : 'failed']++;
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, worker));
  return counts;
}

/** A runner that failed without a failed test (a file that does not load, no browser) counts as one failure. */
async function runTests(step: Step, read: () => Counts): Promise<Counts> {
  console.log(`\n${step.name}:`);
  const { code } = await timed(step, true);
  let counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    counts = read();
  } catch (error) {
    console.log(`No result of the ${step.name} could be read: ${String(error)}`);
    return { ...counts, failed: 1 };
  }
  const nothingRan = counts.passed + counts.failed === 0;
  return { ...counts, failed: Math.max(counts.failed, code !== 0 || nothingRan ? 1 : 0) };
}

/** Told first and not only by the browser tests, which then fail for want of one. */
function sayWhenNoBrowser(): void {
  try {
    browserOrInstall();
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
  }
}

const withBrowser = process.argv.includes('--e2e');
rmSync(results, { recursive: true, force: true });
mkdirSync(results);
if (withBrowser) sayWhenNoBrowser();
console.log('Checking types, lint, format, layers, dead code and the bundle (about a minute) ...');
const parts: [string, Counts][] = [['checks', await runStatic()]];
parts.push(['unit and flow', await runTests(UNIT, () => readVitestCounts(UNIT_RESULT))]);
if (withBrowser) {
  parts.push(['browser', await runTests(E2E, () => readPlaywrightCounts(E2E_RESULT))]);
}
console.log('');
for (const [name, counts] of parts) console.log(`${name}: ${countsLine(counts)}`);
const total = parts.map(([, counts]) => counts).reduce(addCounts);
console.log(countsLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;
