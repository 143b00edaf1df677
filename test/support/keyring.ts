import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { runTool } from '../../.ci/setup/run-tool.ts';
import { ensureKeyring } from '../../.ci/setup/services.ts';
import { until } from './until.ts';

const whoHasSecrets = [
  '--session',
  '--print-reply',
  '--dest=org.freedesktop.DBus',
  '/',
  'org.freedesktop.DBus.GetNameOwner',
  'string:org.freedesktop.secrets',
];

/** A session bus of its own with GNOME's keyring on it, as on a desktop. */
export interface Keyring {
  /** What a program in this session has in its environment. */
  env: NodeJS.ProcessEnv;
  /** The same secrets, locked: nobody has typed the password yet. */
  lock: () => Promise<void>;
  unlock: () => Promise<void>;
  close: () => Promise<void>;
}

/** Undefined where there is no such keyring and none can be installed. */
export async function openKeyring(): Promise<Keyring | undefined> {
  if (process.platform !== 'linux' || !(await ensureKeyring())) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-keyring-'));
  const run = join(dir, 'run');
  mkdirSync(run, { mode: 0o700 });
  // Without folders of services: nothing but this keyring may come up on the bus.
  writeFileSync(
    join(dir, 'bus.conf'),
    `<busconfig><type>session</type><listen>unix:dir=${run}</listen><policy context="default">
      <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  );
  const bus = spawn('dbus-daemon', [`--config-file=${join(dir, 'bus.conf')}`, '--nofork', '--print-address=1'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface({ input: bus.stdout });
  const first = await Promise.race([once(lines, 'line'), once(bus, 'exit').then(() => null)]);
  if (!first) return undefined; // a machine that lets nobody have a bus
  const address = String(first[0]);
  const env = { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: run, XDG_DATA_HOME: join(dir, 'data') };
  let daemon: ChildProcess | null = null;
  const end = async (child: ChildProcess | null) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  const start = async (password: string | null) => {
    await end(daemon);
    const flags = ['--foreground', '--components=secrets', ...(password === null ? [] : ['--unlock'])];
    daemon = spawn('gnome-keyring-daemon', flags, {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    daemon.stdin!.end(password ?? '');
    await until(async () => (await runTool('dbus-send', whoHasSecrets, { env })).code === 0);
  };
  await start('password');
  return {
    env,
    lock: () => start(null),
    unlock: () => start('password'),
    close: async () => {
      await end(daemon);
      await end(bus);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
