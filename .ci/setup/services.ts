import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runTool } from './run-tool.ts';

/** Folder with PostgreSQL's programs; undefined where it is not and cannot be installed. */
export async function ensurePostgres(): Promise<string | undefined> {
  const find = () => {
    const debian = '/usr/lib/postgresql';
    const versions = existsSync(debian) ? readdirSync(debian).toSorted((a, b) => Number(b) - Number(a)) : [];
    return [...versions.map(version => join(debian, version, 'bin')), ...onPath()].find(dir =>
      existsSync(join(dir, 'initdb')),
    );
  };
  return find() ?? ((await installWithApt('postgresql')) ? find() : undefined);
}

/** Path of redis-server; undefined where it is not and cannot be installed. */
export async function ensureRedis(): Promise<string | undefined> {
  const find = () =>
    onPath()
      .map(dir => join(dir, 'redis-server'))
      .find(path => existsSync(path));
  return find() ?? ((await installWithApt('redis-server')) ? find() : undefined);
}

/** Whether there are a session bus and GNOME's keyring to start; false where they are not and cannot be installed. */
export async function ensureKeyring(): Promise<boolean> {
  const missing = ['dbus-daemon', 'gnome-keyring-daemon'].filter(
    program => !onPath().some(dir => existsSync(join(dir, program))),
  );
  for (const program of missing)
    if (!(await installWithApt(program === 'dbus-daemon' ? 'dbus' : 'gnome-keyring'))) return false;
  return true;
}

const onPath = () => (process.env.PATH ?? '').split(delimiter).filter(Boolean);

async function installWithApt(name: string): Promise<boolean> {
  const debian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  if (!debian || process.getuid?.() !== 0) return false;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runTool('apt-get', ['update', '-q'], { env });
  return (await runTool('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], { env })).code === 0;
}
