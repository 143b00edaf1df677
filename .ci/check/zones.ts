/** A part of the tree and what its files may import: other zones by name, and packages that only some zones may name. */
export interface Zone {
  name: string;
  /** Path prefixes from the root, POSIX separators. The longest match of all zones wins. */
  paths: string[];
  /** Zones that it may import besides itself. */
  mayImport: string[];
  /** `node:` modules, `process` and the like. */
  node: boolean;
  /** Restricted packages (see `restricted`) that it may import. */
  packages?: string[];
  /** Why, in one sentence. */
  because: string;
}

/** Packages that belong to some zones alone. Every other package of package.json is free. */
export const restricted = [
  'vscode',
  'electron',
  'better-sqlite3',
  'react',
  'monaco-editor',
  'fastify',
  '@trpc/server',
  'ws',
  'commander',
];

export const zones: Zone[] = [
  {
    name: 'errors',
    paths: ['shared/src/errors'],
    mayImport: [],
    node: false,
    because: 'Everybody throws coded errors, so they rest on nothing.',
  },
  {
    name: 'domain',
    paths: ['shared/src/domain'],
    mayImport: ['errors'],
    node: false,
    because: 'Nouns rest on no layer above them.',
  },
  {
    name: 'statistics',
    paths: ['shared/src/statistics'],
    mayImport: ['domain', 'errors'],
    node: false,
    because: 'Statistics are pure functions of numbers.',
  },
  {
    name: 'formats',
    paths: ['shared/src/formats'],
    mayImport: ['domain', 'errors'],
    node: false,
    because: 'A reader of an outside format knows nouns and nothing of our own state.',
  },
  {
    name: 'diff',
    paths: ['shared/src/diff'],
    mayImport: ['domain', 'errors', 'statistics', 'formats'],
    node: false,
    because: 'A diff compares parsed things and judges them by statistics.',
  },
  {
    name: 'cards',
    paths: ['shared/src/cards'],
    mayImport: ['domain', 'errors', 'statistics', 'formats', 'diff'],
    node: false,
    because: 'Model cards as data: merged, checked against runs, made and exported by pure functions.',
  },
  {
    name: 'documents',
    paths: ['shared/src/documents'],
    mayImport: ['domain', 'errors'],
    node: false,
    because: 'Shapes of shared documents are pure functions over Yjs.',
  },
  {
    name: 'facts',
    paths: ['shared/src/facts'],
    mayImport: ['domain', 'errors'],
    node: false,
    because: 'Reducers must give the same state on every replica: nothing of one host may reach them.',
  },
  {
    name: 'snapshot',
    paths: ['shared/src/snapshot'],
    mayImport: ['domain', 'errors', 'documents', 'facts'],
    node: false,
    because: 'The text form of shared state: the same bytes on every machine, so nothing of one host may reach it.',
  },
  {
    name: 'protocol',
    paths: ['shared/src/protocol'],
    mayImport: ['domain', 'errors', 'facts', 'documents', 'diff'],
    node: false,
    because: 'Contracts name nouns; both ends import them.',
  },
  {
    name: 'shared-node',
    paths: ['shared/node'],
    mayImport: ['protocol', 'domain', 'errors'],
    node: true,
    because: 'What several Node programs share: finding and starting an engine, committing in groups.',
  },
  {
    name: 'ui',
    paths: ['shared/ui'],
    mayImport: ['domain', 'errors', 'diff', 'statistics', 'formats', 'documents', 'protocol'],
    node: false,
    packages: ['react'],
    because: 'React parts run in webviews and in the companion: no host API.',
  },

  {
    name: 'engine-storage',
    paths: ['desktop/engine/src/storage'],
    mayImport: ['errors', 'shared-node'],
    node: true,
    packages: ['better-sqlite3'],
    because: 'The only door to SQLite.',
  },
  {
    name: 'engine-supervisor',
    paths: ['desktop/engine/src/supervisor'],
    mayImport: ['domain'],
    node: true,
    because: 'A supervisor outlives engines of other versions: it depends on almost nothing.',
  },
  {
    name: 'engine-features',
    paths: ['desktop/engine/src/features', 'desktop/engine/src/replication'],
    mayImport: ['engine-storage', 'engine-ports', 'engine-supervisor', 'shared'],
    node: true,
    packages: ['ws'],
    because: 'Features rest on storage and shared code, never on a transport.',
  },
  {
    name: 'engine-ports',
    paths: [
      'desktop/engine/src/host/announcer.ts',
      'desktop/engine/src/host/resources.ts',
      'desktop/engine/src/host/identity.ts',
      'desktop/engine/src/host/clock.ts',
      'desktop/engine/src/host/device-key.ts',
      'desktop/engine/src/host/keychain.ts',
      'desktop/engine/src/host/native-keys.ts',
      'desktop/engine/src/host/new-id.ts',
      'desktop/engine/src/host/progress.ts',
      'desktop/engine/src/host/tasks.ts',
      'desktop/engine/src/mlflow/registry-port.ts',
    ],
    mayImport: ['shared'],
    node: true,
    because: 'Small parts of the host that features are built from.',
  },
  {
    name: 'engine-browser',
    paths: ['desktop/engine/src/browser'],
    mayImport: ['engine-features', 'engine-ports', 'shared'],
    node: false,
    because: 'A replica in a browser runs the same features over the browser’s storage: nothing of Node is there.',
  },
  {
    name: 'engine-mlflow',
    paths: ['desktop/engine/src/mlflow'],
    mayImport: ['engine-features', 'engine-ports', 'engine-host', 'shared'],
    node: true,
    packages: ['fastify'],
    because: 'An adapter from MLflow routes to services: no SQL here.',
  },
  {
    name: 'engine-rpc',
    paths: ['desktop/engine/src/rpc'],
    mayImport: ['engine-features', 'engine-ports', 'engine-host', 'shared'],
    node: true,
    packages: ['fastify', '@trpc/server', 'ws'],
    because: 'An adapter from the contracts to handlers.',
  },
  {
    name: 'engine-host',
    paths: ['desktop/engine/src'],
    mayImport: [
      'engine-features',
      'engine-mlflow',
      'engine-rpc',
      'engine-storage',
      'engine-ports',
      'shared',
      'shared-node',
    ],
    node: true,
    packages: ['fastify', 'better-sqlite3', 'ws'],
    because: 'The host composes the process.',
  },

  {
    name: 'cli',
    paths: ['desktop/cli/src'],
    mayImport: ['shared', 'shared-node'],
    node: true,
    packages: ['commander'],
    because: 'The command line is a client like any other.',
  },
  {
    name: 'cli-archive-page',
    paths: ['desktop/cli/archive-page'],
    mayImport: ['domain', 'formats'],
    node: false,
    packages: ['react'],
    because: 'The viewer in an archive runs in any browser and knows nothing but what stands in the archive.',
  },
  {
    name: 'app-main',
    paths: ['desktop/app/main', 'desktop/app/preload'],
    mayImport: ['shared', 'shared-node'],
    node: true,
    packages: ['electron'],
    because: 'The shell holds no logic that the browser lacks.',
  },
  {
    name: 'app-renderer',
    paths: ['desktop/app/renderer'],
    mayImport: ['shared', 'ui'],
    node: false,
    packages: ['react', 'monaco-editor'],
    because: 'The same page runs in a browser: no Node, no Electron.',
  },
  {
    name: 'demo',
    paths: ['desktop/demo'],
    mayImport: ['shared', 'shared-node'],
    node: true,
    because: 'What npm start shows uses public entries only.',
  },
  {
    name: 'extension',
    paths: ['extension/src'],
    mayImport: ['shared', 'shared-node'],
    node: true,
    packages: ['vscode', 'react'],
    because: 'The extension is a client; state belongs to the engine.',
  },
  {
    name: 'sync-server',
    paths: ['sync-server/src'],
    mayImport: ['shared', 'shared-node'],
    node: true,
    packages: ['better-sqlite3', 'ws', 'react'],
    because: 'It stores and forwards; it knows wires, facts and nothing of engines.',
  },
];

/** Names that stand for several zones. */
export const groups: Record<string, string[]> = {
  shared: ['errors', 'domain', 'statistics', 'formats', 'diff', 'cards', 'documents', 'facts', 'snapshot', 'protocol'],
};
