import { documentText, statesIn } from './document-text.ts';
import { factsIn, factsText } from './facts-text.ts';
import { snapshotPlace } from './places.ts';
import { unmadeRegistryText } from './registry-text.ts';
import { documentOf } from './state.ts';

export interface Versions {
  /** Path in the snapshot's folder. */
  path: string;
  ours: string;
  theirs: string;
}

/**
 * Both versions of a file of a snapshot as one: the states of documents merged as their editors would, the union of facts.
 * A pure function of the two, in either order; null where that has no meaning (two teams' heads). Throws BAD_REQUEST for
 * a damaged file.
 */
export function mergeSnapshotFile({ path, ours, theirs }: Versions): string | null {
  if (ours === theirs) return ours;
  const place = snapshotPlace(path);
  if (place?.kind === 'facts') {
    const { device } = place;
    return factsText([...factsIn(ours, path, device), ...factsIn(theirs, path, device)]);
  }
  if (place?.kind === 'document') {
    const documentId = /^<!-- benchmate-state (\S+) /m.exec(ours)?.[1] ?? '';
    const doc = documentOf([...statesIn(ours, path, documentId), ...statesIn(theirs, path, documentId)]);
    return documentText(documentId, place.document, doc);
  }
  if (path === 'registry.md') return unmadeRegistryText;
  return place?.kind === 'made' ? ours : null;
}
