/**
 * Who may import whom: the table of ARCHITECTURE.md, one row each. A folder may always import itself; whatever of the
 * project is not listed is forbidden. `types` may be imported with `import type` only.
 */
const layers = [
  { name: 'scanner-domain', from: 'scanner/domain/', may: ['scanner/math/'] },
  { name: 'scanner-math', from: 'scanner/math/', may: ['scanner/domain/'] },
  { name: 'scanner-chain', from: 'scanner/chain/', may: ['scanner/domain/', 'scanner/math/'] },
  { name: 'scanner-scan', from: 'scanner/scan/', may: ['scanner/domain/', 'scanner/math/', 'scanner/chain/'] },
  { name: 'scanner-volatility', from: 'scanner/volatility/', may: ['scanner/domain/', 'scanner/math/'] },
  { name: 'scanner-pool', from: 'scanner/pool/', may: ['scanner/'] },
  { name: 'broker-gateway', from: 'broker/gateway\\.ts', may: ['scanner/domain/'] },
  { name: 'broker-pacing', from: 'broker/pacing/', may: ['scanner/domain/'] },
  {
    name: 'broker-tws',
    from: 'broker/tws/',
    may: ['scanner/domain/', 'broker/(?!simulator/)'],
  },
  {
    name: 'broker-desks',
    from: 'broker/(marketData|orders|account|risk)/',
    may: ['scanner/domain/', 'broker/gateway\\.ts', 'broker/pacing/'],
    types: ['broker/tws/'],
  },
  {
    name: 'broker-simulator',
    from: 'broker/simulator/',
    may: ['scanner/domain/', 'scanner/math/', 'scanner/volatility/'],
  },
  { name: 'electron-contract', from: 'electron/contract/', may: ['scanner/domain/'] },
  {
    name: 'electron-storage',
    from: 'electron/storage/',
    may: ['scanner/domain/', 'electron/contract/'],
    types: ['broker/gateway\\.ts', 'broker/orders/', 'broker/risk/'],
  },
  {
    name: 'electron-engine',
    from: 'electron/engine/',
    may: ['scanner/', 'broker/', 'electron/contract/', 'electron/storage/'],
  },
  {
    name: 'electron-hosts',
    from: 'electron/hosts/',
    may: [
      ...['scanner/domain/', 'electron/contract/', 'electron/engine/', 'electron/storage/'],
      // Electron's main.ts is a command line too.
      'electron/cli/commandLine\\.ts',
    ],
  },
  {
    name: 'electron-cli',
    from: 'electron/cli/',
    may: ['scanner/', 'electron/contract/', 'electron/engine/', 'electron/hosts/', 'broker/simulator/'],
  },
  { name: 'renderer', from: 'renderer/', may: ['scanner/domain/', 'scanner/math/', 'electron/contract/'] },
  { name: 'build', from: 'build/', may: ['electron/hosts/browserWindow\\.ts'], types: ['test/bench/'] },
];

const ours = '^(scanner|broker|electron|renderer|test|build)/';

const layerRules = layers.flatMap(({ name, from, may, types = [] }) => [
  {
    name,
    severity: 'error',
    from: { path: `^${from}` },
    to: { path: ours, pathNot: [from, ...may, ...types].map((folder) => `^${folder}`) },
  },
  ...(types.length === 0
    ? []
    : [
        {
          name: `${name}-types-only`,
          severity: 'error',
          from: { path: `^${from}` },
          to: { path: types.map((folder) => `^${folder}`), pathNot: `^${from}`, dependencyTypesNot: ['type-only'] },
        },
      ]),
]);

/** A package that only some folders may know. */
const onlyFrom = (name, dependency, folders) => ({
  name,
  severity: 'error',
  from: { path: ours, pathNot: [...folders, 'test/'].map((folder) => `^${folder}`) },
  to: { path: `^node_modules/(${dependency})/` },
});

module.exports = {
  forbidden: [
    ...layerRules,
    onlyFrom('only-tws-knows-stoqey', '@stoqey/ib', ['broker/tws/']),
    onlyFrom('only-storage-knows-sqlite', 'better-sqlite3', ['electron/storage/']),
    onlyFrom('only-pool-knows-piscina', 'piscina', ['scanner/pool/']),
    onlyFrom('orpc-stays-behind-the-contract', '@orpc/[^/]+', [
      'electron/contract/',
      'electron/engine/',
      'electron/hosts/',
    ]),
    onlyFrom('only-hosts-know-electron', 'electron', ['electron/hosts/']),
    {
      name: 'a-folder-without-a-row',
      comment: 'Every source folder has a row in the table above.',
      severity: 'error',
      from: { path: '^(scanner|broker|electron|renderer|build)/', pathNot: layers.map(({ from }) => `^${from}`) },
      to: {},
    },
    {
      name: 'no-kernel-in-a-window',
      comment: "A window's content security policy forbids WebAssembly: it takes the maths one by one, not in columns.",
      severity: 'error',
      from: { path: '^renderer/' },
      to: { path: '^scanner/math/kernel/', reachable: true },
    },
    {
      name: 'not-to-test',
      severity: 'error',
      from: { path: '^(scanner|broker|electron|renderer)/' },
      to: { path: '^test/' },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(electron|node:|virtual:)' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.svelte'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'svelte', 'types', 'default'],
    },
  },
};
