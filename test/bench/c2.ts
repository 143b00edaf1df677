import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as Y from 'yjs';
import { until } from '../support/until.ts';
import { benchOptions } from './lib/options.ts';
import { openHocuspocus, openOurs, openYWebsocket, type OpenSyncArm, type SyncArm } from './lib/sync-arms.ts';
import { SyncClient } from './lib/sync-client.ts';

const updates = 100;

/**
 * C2: how many acknowledged updates are gone after kill -9. Where the wire has no acknowledgement, what a peer has already
 * seen counts instead. Killed at once, and a second later.
 */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 20, seconds: 1 });
  for (const [when, afterMs] of [
    ['right after', 0],
    ['one second after', 1000],
  ] as const) {
    console.log(`kill -9 ${when} the acknowledgement, ${rounds} rounds of ${updates} updates`);
    for (const open of [openOurs, openHocuspocus, openYWebsocket]) {
      let lost = 0;
      let name = '';
      let promise = '';
      for (let round = 0; round < rounds; round++) {
        const result = await killed(open, afterMs);
        lost += result.lost;
        ({ name, promise } = result);
      }
      const all = rounds * updates;
      console.log(`  ${name.padEnd(36)} ${lost} of ${all} ${promise} lost (${((100 * lost) / all).toFixed(1)} %)`);
    }
  }
}

async function killed(open: OpenSyncArm, afterMs: number): Promise<{ name: string; promise: string; lost: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'benchmate-c2-'));
  const arm = await open(dir);
  const { client: peer } = await SyncClient.join(arm, 'room');
  const { client: writer } = await SyncClient.join(arm, 'room');
  const promised = new Promise<void>(resolve => {
    let seen = 0;
    if (arm.acknowledges) writer.onAcknowledged = count => (count >= updates ? resolve() : undefined);
    else peer.onUpdate = () => (++seen >= updates ? resolve() : undefined);
  });
  const doc = new Y.Doc();
  doc.on('update', update => writer.send(update));
  for (let i = 0; i < updates; i++) doc.getArray('list').push([i]);
  await promised;
  if (afterMs > 0) await wait(afterMs);
  await arm.kill();
  writer.close();
  peer.close();
  const again = await open(dir);
  const lost = updates - (await stored(again));
  await again.close();
  rmSync(dir, { recursive: true, force: true });
  const promise = arm.acknowledges ? `acknowledged (${arm.acknowledges})` : 'that a peer had seen';
  return { name: arm.name, promise, lost };
}

/** A server may answer before it has loaded, and send the rest as an update: it has two seconds for that. */
async function stored(arm: SyncArm): Promise<number> {
  const doc = new Y.Doc();
  const { client, state } = await SyncClient.join(arm, 'room');
  client.onUpdate = update => Y.applyUpdate(doc, update);
  Y.applyUpdate(doc, state);
  const found = () => doc.getArray('list').length;
  await until(() => found() >= updates, 2000).catch(() => {});
  client.close();
  return found();
}
