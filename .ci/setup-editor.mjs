// Brings a real VS Code (code-server) into .cache/code-server, for tests that run in the editor. Safe to run again.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const version = '4.139.1';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, '.cache', 'code-server');
const packageFolder = join(folder, 'node_modules', 'code-server');
const entry = join(packageFolder, 'out', 'node', 'entry.js');
const stamp = join(folder, '.ready');

/** Path of code-server's entry when it is already here, else undefined: tests ask this to say why they cannot run. */
export function editorEntry() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === version && existsSync(entry) ? entry : undefined;
}

function npm(args, cwd) {
  const script = join(dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const [command, first] = existsSync(script) ? [process.execPath, [script]] : ['npm', []];
  const options = {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: command === 'npm' && process.platform === 'win32',
  };
  const env = { ...process.env, PATH: dirname(process.execPath) + delimiter + process.env.PATH };
  // The editor's modules are built against the Node that runs them, not against the headers of another installation.
  env.npm_config_nodedir = join(dirname(process.execPath), '..');
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'], {
      ...options,
      env,
    });
    child.on('error', reject);
    child.on('exit', code => (code === 0 ? resolve() : reject(new Error(`npm ${args.join(' ')} ended with ${code}`))));
  });
}

/** Installs the editor once (about 620 MB) and answers the path of its entry. */
export async function ensureEditor() {
  const there = editorEntry();
  if (there) return { entry: there };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const say = text => console.error(`code-server ${version}: ${text}`);
  say('fetching the server (1 of 4)');
  await npm(['install', '--ignore-scripts', '--engine-strict=false', `code-server@${version}`], folder);
  const code = join(packageFolder, 'lib', 'vscode');
  const production = ['install', '--omit=dev', '--ignore-scripts', '--engine-strict=false'];
  say('fetching what the editor needs (2 of 4)');
  await npm(production, code);
  say('fetching what the built-in extensions need (3 of 4)');
  await npm(production, join(code, 'extensions'));
  say('compiling two native modules (4 of 4)');
  await npm(['rebuild', '--dangerously-allow-all-scripts', '@vscode/spdlog', '@vscode/native-watchdog'], code);
  if (!existsSync(entry)) throw new Error(`code-server was installed, but ${entry} is missing.`);
  writeFileSync(stamp, version);
  say('ready');
  return { entry };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log((await ensureEditor()).entry);
