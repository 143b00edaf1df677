import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { TLSSocket } from 'node:tls';
import type { RawData, WebSocket } from 'ws';
import { closeCode } from '@benchmate/shared/protocol/document-wire';
import { signText, verifyText } from '@benchmate/shared/facts/keys';
import { takeIn } from '../../features/bundles/take-in.ts';
import type { Clock } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { FeedReplica } from '../feeds/replica.ts';
import { keepAlive } from './keep-alive.ts';
import { PeerCoverage } from './peer-coverage.ts';
import { bindingOf } from './tls.ts';
import { directMessage, helloText, type DirectMessage, type Side } from './wire.ts';

/** The two ends of a line: the WebSocket, and what it runs on. */
export type Line = Pick<SessionParts, 'ws' | 'socket'>;

export interface SessionParts {
  ws: WebSocket;
  socket: TLSSocket;
  side: Side;
  replica: FeedReplica;
  documents: DocumentStore;
  hub: DocumentHub;
  clock: Clock;
  /** Beginning of the names of two files that this session alone uses. */
  spool: string;
  /** Why a device is not welcome beyond being of the team; '' lets it in. */
  refuses: (device: string) => string | Promise<string>;
  /** Both ends are devices of the team, as either sees it. */
  entered: (device: string, session: DirectSession) => void;
  /** The other end brought evidence that somebody wrote two histories. */
  evidence: () => void;
  warn: (sentence: string) => void;
}

const helloLimitMs = 10_000;
const gatherMs = 100;
/** A member with a patched engine must not fill the disk. */
const mostBytes = 2 * 2 ** 30;

/** One connection to one device of the team, from its opening to its end. Never reconnects itself. */
export class DirectSession {
  /** Why it ended, in a sentence; '' when it was closed here or the line was cut. */
  readonly ended: Promise<string>;
  readonly #parts: SessionParts;
  readonly #stopped = new AbortController();
  readonly #coverage: PeerCoverage;
  #peer: string | null = null;
  /** The other end took this device for one of the team, too: it told what it has. */
  #isWelcome = false;
  #incoming: WriteStream | null = null;
  #wasIncomplete = false;
  #incomingBytes = 0;
  #reason = '';
  #cancelOffer: (() => void) | null = null;
  /** Messages are handled one after the other; files are sent likewise. */
  #handling: Promise<void> = Promise.resolve();
  #sending: Promise<void> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { ws, clock, replica } = parts;
    this.#coverage = new PeerCoverage({ ...parts, now: () => clock.now(), changed: () => this.#offerSoon() });
    const detach = replica.onEntries(() => this.#checkPeer());
    const tooLate = clock.after(helloLimitMs, () => this.#peer ?? this.#refuse('The other end did not say who it is.'));
    this.ended = new Promise(resolve => {
      ws.on('close', () => {
        this.#stopped.abort();
        tooLate();
        detach();
        this.#cancelOffer?.();
        this.#coverage.dispose();
        void this.#cleanUp().then(() => resolve(this.#reason));
      });
    });
    keepAlive(ws, clock);
    ws.on('error', () => {}); // `close` follows
    ws.on('message', (data, isBinary) => {
      ws.pause();
      this.#handling = this.#handling
        .then(() => this.#handle(data, isBinary))
        .catch((error: unknown) => this.#fail(error))
        .finally(() => ws.resume());
    });
    this.#hello();
  }

  close(): void {
    this.#parts.ws.close(1000);
    this.#parts.ws.terminate();
  }

  #hello(): void {
    const { replica, side, socket } = this.#parts;
    const { teamId: team, keys } = replica;
    const signature = signText(helloText(side, team, bindingOf(socket)), keys);
    this.#tell({ type: 'hello', v: 1, team, device: keys.device, signature });
  }

  async #handle(data: RawData, isBinary: boolean): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    if (isBinary) return this.#receive(data as Buffer);
    const message = directMessage.parse(JSON.parse((data as Buffer).toString('utf8')));
    if (message.type === 'refused') this.#reason = message.reason;
    else if (message.type === 'hello') await this.#greeted(message);
    else if (this.#peer === null) this.#refuse('The other end did not say who it is.');
    else if (message.type === 'have') {
      if (!this.#isWelcome) this.#parts.entered(this.#peer, this);
      this.#isWelcome = true;
      this.#coverage.set(message);
      this.#offerSoon();
    } else if (message.type === 'bundle') this.#beginFile();
    else if (message.type === 'end') await this.#take();
    else for (const sentence of message.refused) this.#parts.warn(`A teammate’s device left out: ${sentence}`);
  }

  async #greeted({ team, device, signature }: Extract<DirectMessage, { type: 'hello' }>): Promise<void> {
    const { replica, side, socket, refuses } = this.#parts;
    const theirs: Side = side === 'listening' ? 'connecting' : 'listening';
    if (this.#peer !== null) return this.#refuse('It said who it is twice.');
    if (team !== replica.teamId) return this.#refuse('That device works in another team.');
    if (device === replica.keys.device) return this.#refuse('That is this very device.');
    if (!verifyText(signature, helloText(theirs, team, bindingOf(socket)), device))
      return this.#refuse('That device could not prove who it is.');
    if (!this.#isMember(device))
      return this.#refuse('That device is no member of the team, as far as is known here: bring a bundle of it first.');
    const reason = await refuses(device);
    if (reason) return this.#refuse(reason);
    this.#peer = device;
    this.#tell({ type: 'have', ...(await this.#coverage.have()) });
  }

  #isMember(device: string): boolean {
    const { members } = this.#parts.replica.registry.membership;
    return members.some(member => member.active && member.device === device);
  }

  #checkPeer(): void {
    if (this.#peer !== null && !this.#isMember(this.#peer)) this.#refuse('That device was removed from the team.');
  }

  #beginFile(): void {
    if (this.#incoming) return this.#refuse('A file began within another one.');
    this.#incoming = createWriteStream(this.#file('in'), { mode: 0o600 });
    this.#incomingBytes = 0;
  }

  async #receive(data: Buffer): Promise<void> {
    const stream = this.#incoming;
    if (!stream || this.#peer === null) return this.#refuse('Bytes came that belong to nothing.');
    this.#incomingBytes += data.length;
    if (this.#incomingBytes > mostBytes) return this.#refuse('That is more than a team can have.');
    await new Promise<void>((resolve, reject) => stream.write(data, error => (error ? reject(error) : resolve())));
  }

  async #take(): Promise<void> {
    const { replica, hub } = this.#parts;
    const stream = this.#incoming;
    if (!stream) return this.#refuse('A file ended that had not begun.');
    this.#incoming = null;
    await new Promise<void>((resolve, reject) => stream.once('error', reject).end(resolve));
    const { signal } = this.#stopped;
    const file = this.#file('in');
    const before = this.#coverage.waiting();
    const taken = await takeIn({ file, lock: null, signal }, { replica, hub }, { signal, tell: () => {} });
    this.#coverage.took(taken.holds, before);
    if (Object.keys(taken.evidence).length > 0) {
      this.#parts.evidence();
      this.#coverage.contradicted(taken.evidence);
      this.#offerSoon();
    }
    await rm(file, { force: true });
    this.#tell({ type: 'took', refused: taken.imported.refused.slice(0, 100) });
    const { entries, documents } = taken.imported;
    // The same question has the same answer.
    const isNews = !this.#wasIncomplete || entries + documents > 0;
    this.#wasIncomplete = taken.incomplete;
    if (taken.incomplete && isNews) this.#tell({ type: 'have', ...(await this.#coverage.have()) });
  }

  /** What is written together goes together. */
  #offerSoon(): void {
    if (this.#peer === null || this.#stopped.signal.aborted) return;
    this.#cancelOffer ??= this.#parts.clock.after(gatherMs, () => {
      this.#cancelOffer = null;
      this.#sending = this.#sending.then(() => this.#offer()).catch((error: unknown) => this.#fail(error));
    });
  }

  async #offer(): Promise<void> {
    const { signal } = this.#stopped;
    const file = this.#file('out');
    if (signal.aborted || !(await this.#coverage.writeLacking(file, signal))) return;
    this.#tell({ type: 'bundle' });
    for await (const chunk of createReadStream(file, { signal, highWaterMark: 256 * 1024 }))
      await this.#sendBytes(chunk as Buffer);
    this.#tell({ type: 'end' });
    await rm(file, { force: true });
  }

  #sendBytes(chunk: Buffer): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#parts.ws.send(chunk, { binary: true }, error => (error ? reject(error) : resolve())),
    );
  }

  #tell(message: DirectMessage): void {
    const { ws } = this.#parts;
    if (ws.readyState === ws.OPEN) ws.send(JSON.stringify(message));
  }

  #refuse(reason: string): void {
    this.#reason ||= reason;
    this.#tell({ type: 'refused', reason });
    this.#parts.ws.close(closeCode.forbidden);
  }

  #fail(error: unknown): void {
    if (this.#stopped.signal.aborted) return;
    this.#reason ||= error instanceof Error ? error.message : String(error);
    this.#parts.ws.close(1011);
  }

  async #cleanUp(): Promise<void> {
    await Promise.allSettled([this.#handling, this.#sending]);
    this.#incoming?.destroy();
    for (const name of ['in', 'out']) await rm(this.#file(name), { force: true }).catch(() => {});
  }

  #file(name: string): string {
    return `${this.#parts.spool}.${name}.bundle`;
  }
}
