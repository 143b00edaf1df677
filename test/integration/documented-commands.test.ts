import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pages = globSync(['*.md', '*/README.md', 'desktop/*/README.md', 'shared/docs/**/*.md'], { cwd: root }).filter(
  page => !page.includes('node_modules'),
);
const programs: Record<string, string> = {
  benchmate: 'desktop/cli/dist/benchmate.mjs',
  'benchmate-sync': 'sync-server/dist/benchmate-sync.mjs',
};

/** Lines of ```sh blocks, and inline code that calls one of our commands. Placeholders like `<run>` or DIR are no commands. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(match => match[1]!.split('\n'));
  const inline = [
    ...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`((?:(?:npm|benchmate|benchmate-sync) |\.ci\/run)[^`]*)`/g),
  ].map(match => match[1]!);
  return [...blocks, ...inline]
    .map(line => line.replace(/\s+#.*$/, '').trim())
    .filter(line => line && !line.startsWith('#') && !/[<…]/.test(line));
}

const ci = readFileSync(join(root, '.ci/run'), 'utf8');
const testGroups = readFileSync(join(root, '.ci/test.ts'), 'utf8');

/** Commands that run this very test, or take as long: continuous integration runs them itself, or another test does. */
const runByCi: Record<string, () => boolean> = {
  'npm start': () => ci.includes('npm start -- --once'),
  'npm start -- --once': () => ci.includes('npm start -- --once'),
  'npm test': () => ci.includes('npm test'),
  'npm run check': () => ci.includes('npm run check'),
  'npm test -- unit': () => /^ {2}unit:/m.test(testGroups),
  'npm test -- editor': () => /^ {2}editor:/m.test(testGroups),
  'npm run test:frameworks': () => /^ {2}frameworks:/m.test(testGroups),
  '.ci/run': () => ci.startsWith('#!'),
  'npm run differential -- --seeds 1..1000': () => calls('mlflow-differential', "npmRun('differential'"),
  'npm run fuzz -- --seeds 1..20': () => calls('openapi-fuzz', "npmRun('fuzz'"),
  'npm run sim -- --seeds 10000': () => calls('simulation', "npmRun('sim'"),
  'npm run bench -- r5': () => calls('sync-chaos', "npmRun('bench', 'r5'"),
};

/** Whether another test runs it, with fewer seeds. */
function calls(name: string, call: string): boolean {
  return readFileSync(join(root, `test/integration/${name}.test.ts`), 'utf8').includes(call);
}

/** Commands that measure or search for long run the same way with smaller numbers. */
const shorter: Record<string, string> = {
  'npm run bench -- search': 'npm run bench -- search --rounds 10',
  'npm run bench -- activation': 'npm run bench -- activation --rounds 1',
  'npm run bench -- c2': 'npm run bench -- c2 --rounds 1',
  'npm run bench -- anchors': 'npm run bench -- anchors --rounds 100',
};

describe('every command that the documentation names runs', () => {
  let home: string;
  let env: NodeJS.ProcessEnv;
  let sync: ReturnType<typeof spawn>;
  let syncUrl: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'benchmate-docs-'));
    const bin = join(home, 'bin');
    mkdirSync(bin);
    for (const [name, script] of Object.entries(programs)) {
      const file = join(bin, name);
      writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${join(root, script)}" "$@"\n`);
      chmodSync(file, 0o755);
    }
    env = {
      ...process.env,
      PATH: bin + delimiter + dirname(process.execPath) + delimiter + process.env.PATH,
      BENCHMATE_DATA_DIR: join(home, 'data'),
      NO_COLOR: '1',
      // An environment that whoever runs the tests has activated is theirs: commands choose one of their own.
      VIRTUAL_ENV: undefined,
      CONDA_PREFIX: undefined,
    };
    sync = spawn(process.execPath, [join(root, programs['benchmate-sync']!), '--data-dir', join(home, 'sync')]);
    syncUrl = await new Promise<string>(resolve =>
      sync.stdout!.once('data', (line: Buffer) => resolve((JSON.parse(line.toString()) as { url: string }).url)),
    );
  });

  afterAll(() => {
    spawnSync('benchmate', ['engine', 'stop', '--force'], { env, cwd: home });
    sync.kill('SIGTERM');
    rmSync(home, { recursive: true, force: true });
  });

  const named = new Map<string, string>();
  for (const page of pages) for (const command of commandsOf(page)) if (!named.has(command)) named.set(command, page);

  for (const [command, page] of named) {
    test(`${command} (${page})`, async () => {
      if (runByCi[command]) return expect(runByCi[command](), `${command} is not run by .ci/run`).toBe(true);
      const npm = command.startsWith('npm ') || command.startsWith('node ');
      const line = (shorter[command] ?? command)
        .replace('http://127.0.0.1:4600', syncUrl)
        .replace('--data-dir DIR --port 4600', '--help');
      const { code, output } = await run(line, npm ? root : home, env);
      expect(code, output).toBe(0);
    }, 180_000);
  }

  test('there are commands to run', () => expect(named.size).toBeGreaterThan(10));
});

function run(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  return new Promise(resolve => {
    const child = spawn('sh', ['-c', line], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', code => resolve({ code, output }));
  });
}
