import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { requestTicket } from '../../../desktop/engine/src/replication/sync/access.ts';
import { ticketProtocols } from '../../../desktop/engine/src/replication/sync/socket.ts';
import type { Scene } from '../kernel/stage.ts';
import type { SimProcess } from '../kernel/world.ts';
import { WebSocket } from '../substitutes/ws.ts';
import { Machine } from './machine.ts';
import type { VisitorParts } from './rogue.ts';
import type { TeamMember } from './team.ts';

/** A stock y-websocket client: no acknowledgements, no disk, nothing of ours. */
export class StockMachine extends Machine {
  readonly #member: TeamMember;
  readonly #documentId: string;
  readonly #serverUrl: string;
  readonly marks: string[] = [];
  /**
   * It writes while it has no line, and on as soon as it has one, before the server asked what it missed: a stock client sends the latter at
   * once, and for a moment the server has what rests on updates that it lacks.
   */
  isHasty = false;
  doc: Y.Doc | null = null;
  #provider: WebsocketProvider | null = null;
  #count = 0;

  constructor(machine: string, { member, documentId, serverUrl }: VisitorParts, scene: Scene) {
    super(machine, scene);
    this.#member = member;
    this.#documentId = documentId;
    this.#serverUrl = serverUrl;
  }

  get documentId(): string {
    return this.#documentId;
  }

  get isSynced(): boolean {
    return this.#provider?.synced ?? false;
  }

  protected override async run(process: SimProcess): Promise<void> {
    const doc = new Y.Doc();
    this.doc = doc;
    this.marks.length = 0; // what was in memory alone is gone, and nobody promised anything
    process.onDeath(() => (this.doc = null));
    const provider = new WebsocketProvider(this.#serverUrl.replace('http', 'ws'), this.#documentId, doc, {
      connect: false,
      disableBc: true,
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    });
    globalThis.process.off('exit', provider['_exitHandler']); // at the end of this process it is long gone
    this.#provider = provider;
    const renew = async () => {
      while (process.alive) {
        try {
          const { ticket } = await requestTicket(this.#serverUrl, this.#member.keys);
          provider.protocols = ticketProtocols(ticket);
          if (this.isHasty) this.write();
          provider.connect();
          return;
        } catch {
          await new Promise(resolve => setTimeout(resolve, 1000));
        }
      }
    };
    provider.on('closed', () => void renew());
    provider.on('status', ({ status }) => {
      if (status === 'connected' && this.isHasty) for (let burst = 14; burst > 0; burst--) this.write();
    });
    await renew();
  }

  write(): void {
    this.turn(() => {
      if (!this.doc) return;
      const mark = `${this.name}${++this.#count}`;
      this.doc.getMap('marks').set(mark, true);
      this.marks.push(mark);
    });
  }
}
