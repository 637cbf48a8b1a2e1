import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

/** What may not be called below the hosts, so that one trading day runs from a seed on a virtual clock. */
const fromTheHost = 'Take it as an argument (scanner/domain/clock.ts): only hosts, cli and build own clocks and I/O.';

const longParameterList = (max) =>
  [
    `FunctionDeclaration[params.length>${max}]`,
    `VariableDeclarator > ArrowFunctionExpression[params.length>${max}]`,
    `VariableDeclarator > FunctionExpression[params.length>${max}]`,
  ].map((selector) => ({ selector, message: `More than ${max} parameters: take an options object.` }));

const dateWithoutArgument = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: `new Date() reads the clock. ${fromTheHost}`,
};

/** `paths`, not `patterns`: a pattern "electron" would also match our own folder of that name. */
const electronPackage = {
  name: 'electron',
  allowTypeImports: true,
  message: 'Importing electron outside Electron starts a download; only electron/hosts/main.ts and its siblings may.',
};
const hostModules = [
  ...['node:timers', 'node:timers/promises', 'node:perf_hooks'].map((name) => ({ name, message: fromTheHost })),
  ...['node:net', 'node:tls', 'node:http', 'node:https'].map((name) => ({
    name,
    message: fromTheHost,
    allowTypeImports: true,
  })),
  { name: 'node:crypto', importNames: ['randomBytes', 'randomInt', 'randomUUID'], message: fromTheHost },
];
const nodePattern = { regex: '^node:', message: 'The renderer is sandboxed: it has no Node.' };

const deterministic = ['scanner/**/*.ts', 'broker/**/*.ts', 'electron/{contract,engine,storage}/**/*.ts'];

export default defineConfig(
  {
    ignores: [
      'out/**',
      'release/**',
      'test-results/**',
      'playwright-report/**',
      '.svelte-check/**',
      'test/fixtures/**',
      // AssemblyScript, which its own compiler checks.
      'scanner/math/kernel/assembly/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  ts.configs.stylistic,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-restricted-imports': 'off',
      'no-restricted-syntax': ['error', ...longParameterList(3)],
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [electronPackage] }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      // Stores keep plain collections behind one $state.raw, replaced whole.
      'svelte/prefer-svelte-reactivity': 'off',
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { excludedRunes: ['$props', '$bindable'] }],
    },
  },
  {
    files: ['renderer/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [electronPackage], patterns: [nodePattern] }],
    },
  },
  {
    files: deterministic,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'performance', 'fetch'].map(
          (name) => ({ name, message: fromTheHost }),
        ),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: fromTheHost },
        { object: 'Math', property: 'random', message: fromTheHost },
        { object: 'AbortSignal', property: 'timeout', message: fromTheHost },
        { object: 'crypto', property: 'randomUUID', message: fromTheHost },
        { object: 'crypto', property: 'getRandomValues', message: fromTheHost },
        ...['setTimeout', 'setInterval', 'setImmediate', 'performance'].map((property) => ({
          object: 'globalThis',
          property,
          message: fromTheHost,
        })),
      ],
      'no-restricted-syntax': ['error', dateWithoutArgument, ...longParameterList(3)],
      '@typescript-eslint/no-restricted-imports': ['error', { paths: [electronPackage, ...hostModules] }],
    },
  },
  {
    // Kernels pass scalars, so that no object is made per option, and index typed arrays within known bounds.
    files: ['scanner/{math,chain,scan,volatility,pool}/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', dateWithoutArgument, ...longParameterList(8)],
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Coefficients stand as printed in their source.
      'no-loss-of-precision': 'off',
    },
  },
  {
    // The simulator listens (it never connects), and its thread entry is a small host of its own.
    files: ['broker/simulator/server.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            electronPackage,
            { name: 'node:net', importNames: ['connect', 'createConnection'], message: fromTheHost },
          ],
        },
      ],
    },
  },
  {
    files: ['broker/simulator/thread.ts'],
    rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' },
  },
  {
    files: ['electron/hosts/main.ts', 'electron/hosts/preload.ts', 'electron/hosts/electron*.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-loss-of-precision': 'off',
      'no-restricted-syntax': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['*.{js,cjs}'], extends: [ts.configs.disableTypeChecked] },
);
