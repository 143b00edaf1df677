import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import * as Y from 'yjs';
import { askAdmin } from '../../sync-server/src/admin/client.ts';
import { documentReport } from '../../sync-server/src/admin/report.ts';
import { until } from '../support/until.ts';
import { loopLine, openLoops, watchLoop } from './lib/loop-delay.ts';
import { benchOptions } from './lib/options.ts';
import { median } from './lib/statistics.ts';
import { openHocuspocus, openOursWith, openYWebsocket, type SyncArm } from './lib/sync-arms.ts';
import { SyncClient } from './lib/sync-client.ts';
import { TypedText } from './lib/typed-text.ts';

const keystrokesPerUpdate = 20;
const looks = 10;
const storedAfterMs = 5000;
const ahead = 1000;
/** Up to here a log of 16 KiB may be longer than the document. */
const smallBytes = 32_768;
/** This client types a thousand times as fast as a person: it is not to be held back. */
const fast = ['--quota', 'framesPerSecond=1000000', '--quota', 'bytesPerSecond=1000000000'];

/** C4: what is stored of a document of 259,778 keystrokes, beside what Yjs itself makes of it, and how long compaction blocks. */
export async function bench(): Promise<void> {
  const { rounds } = benchOptions({ rounds: 3, seconds: 1 });
  const atEnd: number[] = [];
  const atMost: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const dir = mkdtempSync(join(tmpdir(), 'benchmate-c4-'));
    const arm = await openOursWith(dir, fast, watchLoop(dir));
    const loops = openLoops(dir, arm);
    await loops.read();
    const text = new TypedText(round + 1);
    const encoded = () => Y.encodeStateAsUpdate(text.doc).length;
    let most = 0;
    await write(arm, text, async () => {
      if (encoded() > smallBytes) most = Math.max(most, (await stored(dir)).bytes / encoded());
    });
    // Whoever leaves last lets the server merge what is left.
    await until(async () => (await stored(dir)).updates < 100, 60_000);
    const { bytes } = await stored(dir);
    const reading = await loops.read();
    await expectSame(arm, text.doc);
    await loops.close();
    await arm.close();
    atEnd.push(bytes / encoded());
    atMost.push(most);
    console.log(`  ${bytes} B stored, ${onDisk(dir)} B on the disk; Yjs encodes ${encoded()} B. ${loopLine(reading)}`);
    rmSync(dir, { recursive: true, force: true });
  }
  console.log(`  benchmate-sync after compaction: ${median(atEnd).toFixed(3)}x (goal: at most 1.1x)`);
  console.log(
    `  benchmate-sync while it was written: ${Math.max(...atMost).toFixed(2)}x at most, from 32 KiB on (goal: at most 2x)`,
  );
  for (const open of [openHocuspocus, openYWebsocket]) {
    const dir = mkdtempSync(join(tmpdir(), 'benchmate-c4-'));
    const arm = await open(dir);
    const text = new TypedText(1);
    await write(arm, text, async () => {});
    await wait(storedAfterMs); // neither says when it is stored
    await arm.close();
    const bytes = onDisk(dir);
    console.log(
      `  ${arm.name}: ${bytes} B on the disk, ${(bytes / Y.encodeStateAsUpdate(text.doc).length).toFixed(2)}x`,
    );
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Sends the whole text, never far ahead of the acknowledgements, and looks at equal distances when all is acknowledged. */
async function write(arm: SyncArm, text: TypedText, look: () => Promise<void>): Promise<void> {
  const { client } = await SyncClient.join(arm, 'room');
  let acknowledged = 0;
  client.onAcknowledged = count => (acknowledged = count);
  const lookEvery = Math.ceil(text.keystrokes / keystrokesPerUpdate / looks);
  let sent = 0;
  const settled = async (behind: number) => {
    if (arm.acknowledges) await until(() => acknowledged >= sent - behind, 60_000);
  };
  while (!text.done) {
    client.send(text.type(keystrokesPerUpdate));
    if (++sent % 100 === 0) await settled(ahead);
    if (sent % lookEvery !== 0) continue;
    await settled(0);
    await look();
  }
  await settled(0);
  client.close();
}

/** As its operator is told. */
async function stored(dir: string): Promise<{ bytes: number; updates: number }> {
  const [document] = z.array(documentReport).parse(await (await askAdmin(dir, 'GET', '/api/documents')).json());
  return document ?? { bytes: 0, updates: 0 };
}

async function expectSame(arm: SyncArm, doc: Y.Doc): Promise<void> {
  const { client, state } = await SyncClient.join(arm, 'room');
  client.close();
  const loaded = new Y.Doc();
  Y.applyUpdate(loaded, state);
  const vectors = [doc, loaded].map(each => Buffer.from(Y.encodeStateVector(each)).toString('hex'));
  if (vectors[0] !== vectors[1] || doc.getText('body').toJSON() !== loaded.getText('body').toJSON())
    throw new Error('What came back is another document.');
}

const onDisk = (dir: string): number =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !/^(loop-|admin)/.test(entry.name))
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
