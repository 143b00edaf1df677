import { createDecoder, readVarUint } from 'lib0/decoding';
import * as Y from 'yjs';
import { frame } from '@benchmate/shared/protocol/document-wire';
import { requestTicket } from '../../../desktop/engine/src/replication/sync/access.ts';
import { documentProtocols } from '../../../desktop/engine/src/replication/sync/socket.ts';
import { step1Frame, updateFrame } from '../../../sync-server/src/rooms/frames.ts';
import type { Scene } from '../kernel/stage.ts';
import type { SimProcess } from '../kernel/world.ts';
import { WebSocket } from '../substitutes/ws.ts';
import { Machine } from './machine.ts';
import type { TeamMember } from './team.ts';

/** Who comes to one document, and by which server. */
export interface VisitorParts {
  member: TeamMember;
  documentId: string;
  serverUrl: string;
}

const everyMs = 700;

/**
 * A changed program with the key of a member: it writes into a document whether it may or not, takes no goodbye for an answer, and
 * never leaves a frame's content to anybody's rules.
 */
export class RogueMachine extends Machine {
  readonly #member: TeamMember;
  readonly #documentId: string;
  readonly #serverUrl: string;
  /** What it sent, and when. */
  readonly sent: { mark: string; at: number }[] = [];
  #count = 0;

  constructor(machine: string, { member, documentId, serverUrl }: VisitorParts, scene: Scene) {
    super(machine, scene);
    this.#member = member;
    this.#documentId = documentId;
    this.#serverUrl = serverUrl;
  }

  protected override async run(process: SimProcess): Promise<void> {
    while (process.alive) {
      try {
        const { ticket } = await requestTicket(this.#serverUrl, this.#member.keys);
        await this.#connectOnce(ticket);
      } catch {
        // tries again
      }
      await new Promise(resolve => setTimeout(resolve, 2000));
    }
  }

  async #connectOnce(ticket: string): Promise<void> {
    const socket = new WebSocket(
      `${this.#serverUrl.replace('http', 'ws')}/${this.#documentId}`,
      documentProtocols(ticket),
    );
    let timer: NodeJS.Timeout | undefined;
    socket.on('open', () => {
      socket.send(step1Frame(new Uint8Array([0])));
      timer = setInterval(() => this.#write(socket), everyMs);
    });
    socket.on('message', (data: Buffer) => {
      // It has to answer, or it would not be served as others are.
      const decoder = createDecoder(data);
      if (readVarUint(decoder) === frame.sync && readVarUint(decoder) === 0) this.#write(socket);
    });
    socket.on('error', () => {});
    await new Promise<void>(resolve => socket.on('close', () => resolve()));
    clearInterval(timer);
  }

  #write(socket: WebSocket): void {
    const doc = new Y.Doc();
    const mark = `${this.name}${++this.#count}`;
    doc.getMap('marks').set(mark, true);
    this.sent.push({ mark, at: this.scene.world.now });
    socket.send(updateFrame(Y.encodeStateAsUpdate(doc)));
    doc.destroy();
  }
}
