import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as Y from 'yjs';
import { fromBase64Url, toBase64Url } from '@benchmate/shared/facts/keys';
import { headLineOf } from '../../features/bundles/contents.ts';
import { laterLine, type EntryLine } from '../../features/bundles/lines.ts';
import { readBundleFile } from '../../features/bundles/read-file.ts';
import { SealedLines } from '../../features/bundles/sealed-lines.ts';
import { readHead } from '../../features/bundles/take-in.ts';
import { writeBundleFile } from '../../features/bundles/write-file.ts';
import type { FolderFile } from './listing.ts';
import { fileName, isHeldBy, toGather } from './names.ts';
import { forTheFolder } from './publish.ts';
import { silently, type Round } from './round.ts';

/**
 * Keeps this device's own files few. What was gathered is removed in a later look, once the file that holds it is known to be
 * whole and on the disk: a crash in between leaves both, and everybody takes the same from either.
 */
export async function gatherOwn(round: Round, listing: readonly FolderFile[]): Promise<void> {
  const { store, folder, replica, root, own, lock, signal, problems } = round;
  const { teamId } = replica;
  const known = folder.files(teamId);
  const mine = listing.filter(({ device, exact }) => device === own && exact);
  const files = mine.filter(({ name }) => known.has(name));
  for (const file of mine) {
    const wider = files.filter(({ first, last }) => last - first > file.last - file.first);
    if (!isHeldBy(file, wider) || !(known.has(file.name) || problems.has(file.name))) continue;
    await rm(file.path, { force: true });
    await store.write(() => folder.removeFile(teamId, file.name));
    return gatherOwn(
      round,
      listing.filter(other => other !== file),
    );
  }
  const group = toGather(files);
  if (!group || signal.aborted) return;
  const name = fileName({ first: group[0]!.first, last: group.at(-1)!.last });
  const path = join(root, own, name);
  await writeBundleFile(gatheredLines(round, group), { file: path, replace: true, lock, mode: forTheFolder, signal });
  const { size, mtimeMs } = await stat(path);
  await store.write(() =>
    folder.setFile(teamId, { name: `${own}/${name}`, sizeBytes: size, modifiedMs: mtimeMs, missingSince: null }),
  );
}

/** What an engine that was killed had begun to write. */
export async function removePartial({ root, own }: Pick<Round, 'root' | 'own'>): Promise<void> {
  const names = await readdir(join(root, own)).catch(() => []);
  for (const name of names) if (name.endsWith('.partial')) await rm(join(root, own, name), { force: true });
}

async function* gatheredLines(round: Round, group: readonly FolderFile[]): AsyncGenerator<string> {
  const { replica, clock, lock, signal } = round;
  const sealed = new SealedLines(replica.teamId, replica.keys);
  const counts = { entries: 0, documents: 0 };
  const updates = new Map<string, Uint8Array[]>();
  const told = new Set<string>();
  yield sealed.line(headLineOf(replica, clock.now(), {}));
  for (const { path: file } of group) {
    const source = { file, lock, signal };
    await readHead(source, replica.teamId, silently(round)); // whole, and as this device signed it
    let isHead = true;
    for await (const text of readBundleFile(source)) {
      const line = isHead ? null : laterLine.parse(JSON.parse(text.toString('utf8')));
      isHead = false;
      if (!line || 'end' in line) continue;
      if ('document' in line) {
        const update = fromBase64Url(line.update)!;
        updates.set(line.document, [...(updates.get(line.document) ?? []), update]);
      } else if (!told.has(placeOf(line))) {
        told.add(placeOf(line));
        yield sealed.line(line);
        counts.entries++;
      }
    }
  }
  for (const [document, parts] of updates) {
    yield sealed.line({ document, update: toBase64Url(Y.mergeUpdates(parts)) });
    counts.documents++;
  }
  yield sealed.end(counts);
}

const placeOf = ({ entry: { author, seq } }: EntryLine) => `${author}.${seq}`;
