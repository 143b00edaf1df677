import * as Y from 'yjs';
import { frame } from '@benchmate/shared/protocol/document-wire';
import type { Cast } from '../actors/cast.ts';
import type { Scene } from '../kernel/stage.ts';
import { watchThreads } from '../kernel/watched.ts';
import type { Deeds } from '../plan.ts';
import { canonical, storedDocument } from './documents.ts';

interface Call {
  part: string;
  method: string;
  args: readonly unknown[];
}

/** How long a server may need to act on what it has committed. */
const graceMs = 50;

/** P3 and P4 while things happen: what is sent to whom, and what a compaction puts in the place of what. */
export function watch(cast: Cast, { network, disk, world }: Scene, deeds: Deeds): string[] {
  const violations: string[] = [];
  network.sent = ({ from, to, bytes, isBinary }) => {
    if (from.name !== 'server' || deeds.removedAt === null || world.now < deeds.removedAt + graceMs || !isBinary)
      return;
    const isContent = bytes[0] === frame.awareness || (bytes[0] === frame.sync && bytes[1] !== 0);
    if ((to.name === 'cy' || to.name === 'ghost') && isContent)
      violations.push(`P3/M6: the server sent ${bytes.length} bytes of a document to ${to.name}, who was sent away.`);
  };
  watchThreads((program, message) => {
    if (!program.startsWith('sqlite') || !Array.isArray(message) || !cast.server.process) return;
    for (const { part, method, args } of message as Call[]) {
      if (part !== 'documents' || method !== 'replace') continue;
      const [name, state, { base, last }] = args as [string, Uint8Array, { base: number; last: number }];
      const before = storedDocument(disk, cast.server.process, name, last);
      if (!before) continue;
      const after = new Y.Doc();
      Y.applyUpdate(after, state);
      const whole = (doc: Y.Doc) => {
        const { pendingStructs, pendingDs } = doc.store;
        return (
          canonical(doc) + JSON.stringify([pendingStructs && [...pendingStructs.missing].sort(), pendingDs !== null])
        );
      };
      if (base <= last && whole(before.doc) !== whole(after))
        violations.push(`P4: compaction of ${name.slice(44)} up to ${last} changed the document.`);
      before.doc.destroy();
      after.destroy();
    }
  });
  return violations;
}
