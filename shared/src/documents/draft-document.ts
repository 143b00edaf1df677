import type * as Y from 'yjs';
import { draftAbout, type DraftAbout } from '../domain/draft.ts';
import { writeNote } from './note-document.ts';

/**
 * A draft is a document of its own: Y.Text `body`, Y.Map `draft` with `about`. From the moment of publishing it also holds
 * Y.Map `publication` (documentId → update): what is to be applied to the team's documents, once, however often.
 */
export function beginDraft(doc: Y.Doc, about: DraftAbout, body: string): void {
  doc.transact(() => {
    doc.getMap('draft').set('about', about);
    writeNote(doc, body);
  });
}

/** Null for a document that is no draft. */
export function aboutDraft(doc: Y.Doc): DraftAbout | null {
  const about = draftAbout.safeParse(doc.getMap('draft').get('about'));
  return about.success ? about.data : null;
}

/** From here on it is on its way; its text does not matter any more. */
export function beginPublication(doc: Y.Doc, updates: ReadonlyMap<string, Uint8Array>): void {
  doc.transact(() => {
    for (const [documentId, update] of updates) doc.getMap('publication').set(documentId, update);
  });
}

/** What to apply where; empty while it is a draft. */
export function publicationOf(doc: Y.Doc): Map<string, Uint8Array> {
  return new Map(
    [...doc.getMap('publication')].flatMap(([id, update]) => (update instanceof Uint8Array ? [[id, update]] : [])),
  );
}
