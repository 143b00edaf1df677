import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The engine's data directory: as asked for, else `BENCHMATE_DATA_DIR`, else the platform's place for application data. */
export function resolveDataDir(chosen?: string, env: NodeJS.ProcessEnv = process.env): string {
  const asked = chosen ?? env['BENCHMATE_DATA_DIR'];
  return asked ? resolve(asked) : defaultDataDir(process.platform, homedir(), env);
}

/** The rule of env-paths. */
export function defaultDataDir(platform: NodeJS.Platform, home: string, env: NodeJS.ProcessEnv): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'benchmate');
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'benchmate', 'Data');
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'benchmate');
}
