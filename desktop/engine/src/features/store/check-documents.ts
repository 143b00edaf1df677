import * as Y from 'yjs';
import type { Finding } from '@benchmate/shared/domain/store-task';
import { hasPending } from '@benchmate/shared/documents/pending';
import type { Sqlite } from '../../storage/database.ts';
import { restoreHint, type Checked } from './checked.ts';

/** Loads every shared document from its snapshot and its log. */
export function checkDocuments(db: Sqlite): Checked {
  const ids = db
    .prepare<[], string>('SELECT document_id FROM document_snapshot UNION SELECT document_id FROM document_update')
    .pluck()
    .all();
  const parts = db
    .prepare<[string, string], Uint8Array>(
      `SELECT bytes FROM (SELECT 0 AS sequence, bytes FROM document_snapshot WHERE document_id = ?
       UNION ALL SELECT sequence, bytes FROM document_update WHERE document_id = ?) ORDER BY sequence`,
    )
    .pluck();
  const findings: Finding[] = [];
  for (const id of ids) {
    const what = wrongWith(parts.all(id, id));
    if (what) findings.push({ severity: 'error', what: `The document ${id} ${what}.`, nextStep });
  }
  return { looked: ids.length, findings };
}

const nextStep = `What teammates hold of it comes back from the sync server. ${restoreHint}`;

function wrongWith(updates: readonly Uint8Array[]): string | null {
  const doc = new Y.Doc();
  try {
    for (const update of updates) Y.applyUpdate(doc, update);
    return hasPending(doc) ? 'lacks an update that others build on' : null;
  } catch (error) {
    return `cannot be read (${(error as Error).message})`;
  } finally {
    doc.destroy();
  }
}
