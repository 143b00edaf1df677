import { documentIds, teamOf } from '@benchmate/shared/documents/document-id';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import type { Clock } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import { referencedDocuments } from '../documents/referenced-documents.ts';
import type { DocumentKeeper } from '../documents/store.ts';
import { refusedRetryMs } from './backoff.ts';
import { DocumentLink } from './document-link.ts';

export interface TeamDocumentsLinkParts {
  documents: DocumentKeeper;
  hub: DocumentHub;
  clock: Clock;
  teamId: string;
  serverUrl: string;
  /** The number of unshared updates changed. */
  changed: () => void;
  /** The server does not take the present ticket any more. */
  ticketExpired: () => void;
  /** The server does not let this device have a document. */
  refused: (documentId: string, reason: string, code: number) => void;
  /** The server committed something that was written here. */
  took: (documentId: string) => void;
  gap: (documentId: string) => void;
}

/** What another's decision ends, which nobody tells: a role that is given back, a place that is free again. */
const worthAnotherTry: ReadonlySet<number> = new Set([closeCode.forbidden, closeCode.tooMany]);

/**
 * Replicates all documents of a team: those stored here and those that the team's index documents lead to. New ones
 * join as soon as an index names them or this device writes one.
 */
export class TeamDocumentsLink {
  readonly #parts: TeamDocumentsLinkParts;
  readonly #links = new Map<string, DocumentLink>();
  readonly #detach: (() => void)[] = [];
  /** Documents that were refused: what calls off the next try. */
  readonly #refused = new Map<string, () => void>();
  #ticket: string | null = null;

  constructor(parts: TeamDocumentsLinkParts) {
    this.#parts = parts;
    const { hub, documents, teamId } = parts;
    this.#detach.push(
      hub.onOpen((documentId, doc) => {
        if (teamOf(documentId) !== teamId) return;
        const discover = () => {
          for (const id of referencedDocuments(documentId, doc)) this.#add(id);
        };
        discover();
        doc.on('afterTransaction', discover);
        this.#detach.push(() => doc.off('afterTransaction', discover));
      }),
      hub.onLocalUpdate(documentId => {
        if (teamOf(documentId) !== teamId) return;
        this.#add(documentId);
        parts.changed();
      }),
    );
    for (const id of [documentIds.team(teamId), ...documents.list(teamId)]) this.#add(id);
  }

  /** Connects all documents, or gives them a fresh ticket for their next connection. */
  connect(ticket: string): void {
    this.#ticket = ticket;
    for (const link of this.#links.values()) link.connect(ticket);
  }

  /** What this device may do may have changed. */
  tryRefused(): void {
    for (const documentId of this.#refused.keys()) this.#tryAgain(documentId);
  }

  disconnect(): void {
    this.#ticket = null;
    for (const documentId of this.#refused.keys()) this.#callOff(documentId);
    for (const link of this.#links.values()) link.disconnect();
  }

  dispose(): void {
    for (const detach of this.#detach.splice(0)) detach();
    for (const documentId of this.#refused.keys()) this.#callOff(documentId);
    for (const link of this.#links.values()) link.dispose();
    this.#links.clear();
  }

  #add(documentId: string): void {
    if (this.#links.has(documentId) || teamOf(documentId) !== this.#parts.teamId) return;
    const { hub, serverUrl, changed } = this.#parts;
    const link = new DocumentLink({
      hub,
      documentId,
      serverUrl,
      shared: number => {
        this.#callOff(documentId);
        this.#parts.took(documentId);
        void hub.markShared(documentId, number).then(changed, () => {});
      },
      closed: (why, reason, code) => {
        if (why === 'unauthenticated') return this.#parts.ticketExpired();
        this.#parts.refused(documentId, reason, code);
        if (worthAnotherTry.has(code)) this.#tryLater(documentId);
      },
      gap: () => this.#parts.gap(documentId),
    });
    this.#links.set(documentId, link);
    if (this.#ticket) link.connect(this.#ticket);
  }

  #tryLater(documentId: string): void {
    this.#callOff(documentId);
    if (!this.#ticket) return;
    const again = () => this.#tryAgain(documentId);
    this.#refused.set(documentId, this.#parts.clock.after(refusedRetryMs, again));
  }

  #tryAgain(documentId: string): void {
    this.#callOff(documentId);
    if (this.#ticket) this.#links.get(documentId)?.reconnect(this.#ticket);
  }

  #callOff(documentId: string): void {
    this.#refused.get(documentId)?.();
    this.#refused.delete(documentId);
  }
}
