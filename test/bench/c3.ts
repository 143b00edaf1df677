import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Y from 'yjs';
import { setTimeout as wait } from 'node:timers/promises';
import { benchOptions } from './lib/options.ts';
import { median } from './lib/statistics.ts';
import { openHocuspocus, openOurs, openYWebsocket, residentMb, type OpenSyncArm } from './lib/sync-arms.ts';
import { joinAll } from './lib/sync-load.ts';

const load = { rooms: 500, clients: 3, updatesPerSecond: 0, seconds: 0 };
const noteBytes = 20_000;

/** C3: how much the server's memory grows with 500 documents of 20 KB that 3 clients each have open. */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 5, seconds: 1 });
  const grown = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++)
    for (const open of [openOurs, openHocuspocus, openYWebsocket]) {
      const { name, mb } = await growth(open);
      grown.set(name, [...(grown.get(name) ?? []), mb]);
    }
  for (const [name, values] of grown) console.log(`  ${name.padEnd(36)} +${median(values).toFixed(0)} MB`);
  const ours = median(grown.get('benchmate-sync')!);
  for (const [name, values] of grown)
    if (name.startsWith('Hocuspocus'))
      console.log(`  against ${name}: ${(ours / median(values)).toFixed(2)}x (goal: at most 0.3x)`);
}

async function growth(open: OpenSyncArm): Promise<{ name: string; mb: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-c3-'));
  const arm = await open(dir);
  await wait(1000);
  const before = residentMb(arm.pid);
  const rooms = await joinAll(arm, load);
  for (const [index, [writer]] of rooms.entries()) {
    const doc = new Y.Doc();
    doc.getText('body').insert(0, `${index} `.padEnd(noteBytes, 'lorem ipsum '));
    writer!.send(Y.encodeStateAsUpdate(doc));
  }
  await wait(5000);
  const mb = residentMb(arm.pid) - before;
  for (const room of rooms) for (const client of room) client.close();
  await arm.close();
  rmSync(dir, { recursive: true, force: true });
  return { name: arm.name, mb };
}
