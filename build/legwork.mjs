#!/usr/bin/env node
// The `legwork` command from a checkout: sets up what is missing, then runs electron/cli/legwork.ts on Node 24.
import { bundle, legwork, prepare } from './setUp/prepare.mjs';

const WITH_A_WINDOW = ['app', 'serve'];

const args = process.argv.slice(2);
const node = await prepare();
if (WITH_A_WINDOW.includes(args[0] ?? '') && !args.includes('--help')) await bundle(node);
process.exitCode = await legwork(node, args);
