import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../version.ts';

/** How the module in the environment finds the engine. No secret is among it. */
export interface ConnectSettings {
  dataDir: string;
  /** argv that starts the engine; `--data-dir DIR` is added. */
  start: readonly string[];
}

const source = new URL('./benchmate_connect.py', import.meta.url);
const startFile = 'benchmate_connect.pth';

/**
 * Puts the module `benchmate_connect` into an environment, as pip would: `pip list` shows it and `pip uninstall` removes it,
 * yet neither pip nor the network is needed. Returns the files written.
 */
export function installPackage(packages: string, settings: ConnectSettings): string[] {
  removePackage(packages);
  const info = `benchmate_connect-${version}.dist-info`;
  const files: Record<string, string> = {
    'benchmate_connect.py': readFileSync(fileURLToPath(source), 'utf8'),
    'benchmate_connect.json': `${JSON.stringify(settings, null, 2)}\n`,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: benchmate-connect\nVersion: ${version}\nSummary: Points the stock mlflow client at Benchmate's engine\nLicense: Apache-2.0\n`,
    [`${info}/INSTALLER`]: 'benchmate\n',
    [`${info}/entry_points.txt`]: '[mlflow.request_auth_provider]\nbenchmate = benchmate_connect:RequestAuthProvider\n',
    // Last: it makes every Python of the environment import the module.
    [startFile]: 'import benchmate_connect\n',
  };
  const names = [...Object.keys(files), `${info}/RECORD`];
  for (const [name, content] of Object.entries({
    [`${info}/RECORD`]: names.map(file => `${file},,\n`).join(''),
    ...files,
  })) {
    mkdirSync(dirname(join(packages, name)), { recursive: true });
    writeFileSync(join(packages, name), content);
  }
  return names.map(name => join(packages, name));
}

/** Takes everything away again. False when nothing was there. */
export function removePackage(packages: string): boolean {
  const found = globSync('benchmate_connect{.*,-*.dist-info}', { cwd: packages });
  rmSync(join(packages, startFile), { force: true });
  for (const name of found) rmSync(join(packages, name), { recursive: true, force: true });
  return found.length > 0;
}
