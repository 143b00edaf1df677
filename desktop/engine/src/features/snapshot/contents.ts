import { documentIds } from '@benchmate/shared/documents/document-id';
import { filesOf, notesOf } from '@benchmate/shared/documents/project-document';
import type { HeldEntry } from '@benchmate/shared/facts/entry-hash';
import { documentText } from '@benchmate/shared/snapshot/document-text';
import { factsText } from '@benchmate/shared/snapshot/facts-text';
import { fixedFiles } from '@benchmate/shared/snapshot/fixed-files';
import {
  documentOfPlace,
  factsPath,
  headText,
  notePath,
  snapshotPlace,
  threadsPath,
  type Whose,
} from '@benchmate/shared/snapshot/places';
import { registryText } from '@benchmate/shared/snapshot/registry-text';
import type { DocumentHub } from '../../replication/documents/hub.ts';
import type { FeedReplica } from '../../replication/feeds/replica.ts';

/** Every file of the snapshot of a project, one after the other, as what is known here says (G1). */
export function* snapshotContents(
  hub: DocumentHub,
  replica: FeedReplica,
  whose: Whose,
): Generator<{ path: string; text: string }> {
  yield { path: 'snapshot.json', text: headText(whose) };
  for (const [path, text] of Object.entries(fixedFiles)) yield { path, text };
  const feeds = Map.groupBy(storedEntries(replica), ({ entry }) => entry.author);
  for (const [device, entries] of feeds) yield { path: factsPath(device), text: factsText(entries) };
  yield { path: 'registry.md', text: registryText(replica.registry) };
  for (const path of documentPaths(hub, whose)) {
    const place = snapshotPlace(path);
    if (place?.kind !== 'document') continue; // a name that a teammate's other version chose
    const documentId = documentOfPlace(place, whose);
    yield { path, text: hub.read(documentId, doc => documentText(documentId, place.document, doc)) };
  }
}

/** What is committed here; one that the disk may refuse yet is nobody's fact. */
const storedEntries = (replica: FeedReplica): HeldEntry[] =>
  replica.feeds.entries().filter(({ entry: { author, seq } }) => seq <= (replica.stored[author] ?? 0));

/** What is reached from the project, as teammates reach it: of what is encrypted that which the server has, never the clear text. */
function documentPaths(hub: DocumentHub, { team, project }: Whose): string[] {
  return hub.read(documentIds.project(team, project), doc => [
    'team.md',
    'project.md',
    ...notesOf(doc).map(({ noteId }) => notePath(noteId)),
    ...[...filesOf(doc).keys()].map(threadsPath),
  ]);
}
