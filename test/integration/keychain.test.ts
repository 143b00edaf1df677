import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { openKeyring } from '../support/keyring.ts';
import { startProgram } from '../support/program.ts';

const keyring = await openKeyring();
const home = mkdtempSync(join(tmpdir(), 'benchmate-keychain-'));
afterAll(async () => {
  await keyring?.close();
  rmSync(home, { recursive: true, force: true });
});

const dataDir = join(home, 'data');
const deviceFile = () => readFileSync(join(dataDir, 'device.json'), 'utf8');
const client = connectEngine(dataDir);
const start = (env: NodeJS.ProcessEnv) =>
  startProgram('desktop/engine/src/main.ts', ['run', '--data-dir', dataDir], {
    DBUS_SESSION_BUS_ADDRESS: '',
    ...env,
  });
const deviceIn = async (env: NodeJS.ProcessEnv) => {
  const engine = await start(env);
  try {
    return { ...(await client.team.state.query()), ...(await client.team.deviceKey.query()) };
  } finally {
    await engine.stop();
  }
};

describe.skipIf(!keyring)('the key of a device in GNOME’s keyring', () => {
  beforeAll(() => () => client.close());

  test('is made there, is moved to the file and back, and stays the same key', async () => {
    const wanted = { ...keyring!.env, BENCHMATE_DEVICE_KEY: 'keychain' };
    const engine = await start(wanted);
    const { device } = await client.team.state.query();
    expect(await client.team.deviceKey.query()).toEqual({ keptIn: 'keychain' });
    expect(JSON.parse(deviceFile())).toEqual({ v: 2, device });
    expect(await client.team.keepKey.mutate({ keptIn: 'file' })).toEqual({ keptIn: 'file' });
    expect(JSON.parse(deviceFile())).toEqual({ v: 1, seed: expect.stringMatching(/^[\w-]{43}$/) });
    expect(await client.team.keepKey.mutate({ keptIn: 'keychain' })).toEqual({ keptIn: 'keychain' });
    await engine.kill();
    expect(await deviceIn(keyring!.env)).toMatchObject({ device, keptIn: 'keychain' });
  });

  test('ends the start with a sentence while the keyring is locked, and is there again afterwards', async () => {
    const before = deviceFile();
    await keyring!.lock();
    await expect(deviceIn(keyring!.env)).rejects.toThrow(
      /The key of this device is in the keychain of your system, which does/,
    );
    expect(deviceFile()).toBe(before);
    await keyring!.unlock();
    expect((await deviceIn(keyring!.env)).device).toBe((JSON.parse(before) as { device: string }).device);
  });
});
