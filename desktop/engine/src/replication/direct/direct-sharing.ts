import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DirectStatus } from '@benchmate/shared/domain/direct-status';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Clock, Random } from '../../host/clock.ts';
import type { Store } from '../../storage/database.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { CurrentTeam } from '../feeds/current-team.ts';
import { backoffMs } from '../sync/backoff.ts';
import { formatDirectAddress, parseDirectAddress, type DirectAddress } from './address.ts';
import type { Listener } from './listener.ts';
import type { DirectSession, Line, SessionParts } from './session.ts';
import { DirectStore, type RememberedAddress } from './store.ts';

export interface DirectSharingParts {
  store: Store;
  current: CurrentTeam;
  documents: DocumentStore;
  hub: DocumentHub;
  clock: Clock;
  random: Random;
  /** Where files lie while they come and go. */
  dataDir: string;
  warn: (sentence: string) => void;
}

interface Peer {
  device: string;
  since: number;
}

const refusedRetryMs = 30_000;
const byItself = 'It is tried again by itself.';

/** Connections between this device and teammates' devices, each to an explicit address, until `stop`, also over a restart. */
export class DirectSharing {
  readonly #parts: DirectSharingParts;
  readonly #remembered: DirectStore;
  readonly #spool: string;
  readonly #listeners = new Set<() => void>();
  /** Null until both ends take each other for devices of the team. */
  readonly #sessions = new Map<DirectSession, Peer | null>();
  #listener: Listener | null = null;
  /** Each is there while this device is to wait for others, to be connected, and for as long as the first try to connect takes. */
  #listening: AbortController | null = null;
  #connecting: AbortController | null = null;
  #trying: AbortController | null = null;
  #problem = '';
  /** Why nothing listens though it should. */
  #unheard = '';
  #count = 0;

  constructor(parts: DirectSharingParts) {
    this.#parts = parts;
    this.#remembered = new DirectStore(parts.store);
    this.#spool = join(parts.dataDir, 'direct');
    rmSync(this.#spool, { recursive: true, force: true }); // of an engine that was killed
    parts.current.onSwitch(() => void this.stop().catch((error: unknown) => parts.warn(sentenceOf(error))));
  }

  /** Goes on with what an engine before this one was told. */
  resume(): void {
    const { teamId } = this.#parts.current;
    const [waited, connected] = [
      this.#remembered.read('listening', teamId),
      this.#remembered.read('connecting', teamId),
    ];
    if (waited) void this.#listenAgain(waited, (this.#listening = new AbortController()).signal);
    if (connected) void this.#keepConnected(connected, null, (this.#connecting = new AbortController()).signal);
  }

  /** Called after the status may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get isBusy(): boolean {
    return this.#listening !== null || this.#connecting !== null;
  }

  status(): DirectStatus {
    const { members } = this.#parts.current.replica.registry.membership;
    const nameOf = (device: string) => members.find(member => member.device === device)?.name ?? '';
    const peers = [...this.#sessions.values()].filter(peer => peer !== null);
    return {
      listening: this.#listener && { host: this.#listener.host, port: this.#listener.port },
      peers: peers.map(({ device, since }) => ({ device, name: nameOf(device), since })),
      problem: [this.#unheard, peers.length > 0 ? '' : this.#problem].filter(Boolean).join(' '),
    };
  }

  /** Listens under a new secret; a former one counts no more. */
  async listen(where: { host: string; port: number }): Promise<{ address: string; host: string; port: number }> {
    const { random, current, store } = this.#parts;
    await this.#stopListening();
    const { signal } = (this.#listening = new AbortController());
    const address = { ...where, team: current.teamId, secret: random(32), peer: null };
    try {
      await store.write(() => this.#remembered.forget('listening'));
      const { port } = await this.#open(address, signal);
      const opened = { ...address, port };
      await store.write(() => !signal.aborted && this.#remembered.set('listening', opened));
      return { address: formatDirectAddress(opened), host: where.host, port };
    } catch (error) {
      if (!signal.aborted) this.#listening = null;
      throw error;
    }
  }

  /** Settles once connected; tries again by itself after that, until `stop`. Where it fails, what was connected before stays so. */
  async connect(text: string): Promise<DirectStatus> {
    const address = parseDirectAddress(text);
    const { current, store } = this.#parts;
    if (address.team !== current.teamId)
      throw new BenchmateError(
        'FORBIDDEN',
        'The address is of a device of another team.',
        'Join that team first: benchmate bundle join',
      );
    this.#trying?.abort();
    const trying = (this.#trying = new AbortController());
    const { signal } = trying;
    const first = await this.#reach(address, signal);
    await store.write(() => !signal.aborted && this.#remembered.set('connecting', { ...address, peer: null }));
    if (signal.aborted) return this.status();
    this.#connecting?.abort();
    this.#connecting = trying;
    this.#trying = null;
    this.#problem = '';
    void this.#keepConnected(address, first, signal);
    return this.status();
  }

  /** Ends all of it, and forgets the addresses. */
  async stop(): Promise<DirectStatus> {
    const { store } = this.#parts;
    await this.close();
    await store.write(() => {
      this.#remembered.forget('listening');
      this.#remembered.forget('connecting');
    });
    return this.status();
  }

  /** Ends all of it until the engine is there again. */
  async close(): Promise<void> {
    this.#trying?.abort();
    this.#connecting?.abort();
    this.#connecting = null;
    await this.#stopListening();
    const sessions = [...this.#sessions.keys()];
    for (const session of sessions) session.close();
    await Promise.all(sessions.map(({ ended }) => ended));
    this.#problem = '';
    this.#tell();
  }

  /** `first`: null where it was connected before the engine started. */
  async #keepConnected(address: DirectAddress, first: DirectSession | null, signal: AbortSignal): Promise<void> {
    let refusal = await first?.ended;
    for (let failures = 0; !signal.aborted; failures++) {
      if (first || failures > 0) {
        this.#problem = refusal || `There is no connection to ${address.host}:${address.port}. ${byItself}`;
        this.#tell();
        await this.#wait(refusal ? refusedRetryMs : backoffMs(failures, Math.random()), signal);
        if (signal.aborted) return;
      }
      try {
        const session = await this.#reach(address, signal);
        failures = 0;
        refusal = await session.ended;
      } catch (error) {
        refusal = (error as BenchmateError).code === 'FORBIDDEN' ? (error as BenchmateError).message : '';
      }
    }
  }

  async #listenAgain(address: RememberedAddress, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        await this.#open(address, signal);
        return;
      } catch (error) {
        this.#unheard = `${sentenceOf(error)} ${byItself}`;
        this.#tell();
        await this.#wait(backoffMs(failures, Math.random()), signal);
      }
    }
  }

  async #open({ peer, host, port, secret }: RememberedAddress, signal: AbortSignal): Promise<Listener> {
    const { Listener: Opened } = await import('./listener.ts'); // loaded when it is needed: hardly ever
    let only = peer;
    const refuses = async (device: string) => {
      if (only !== null && only !== device) return 'This address was given to somebody else, who used it already.';
      if (only === device) return '';
      only = device;
      await this.#parts.store.write(() => !signal.aborted && this.#remembered.setPeer(device));
      return '';
    };
    const parts = (line: Line) => this.#partsOf(line, { side: 'listening', refuses });
    const begun = (session: DirectSession) => this.#follow(session);
    const opened = await Opened.open({ host, port, secret, parts, begun });
    if (signal.aborted) await opened.close();
    else this.#listener = opened;
    this.#unheard = '';
    this.#tell();
    return opened;
  }

  async #reach(address: DirectAddress, signal: AbortSignal): Promise<DirectSession> {
    const { reach } = await import('./reach.ts');
    return reach(address, {
      signal,
      parts: line => this.#partsOf(line, { side: 'connecting', refuses: () => '' }),
      begun: session => this.#follow(session),
    });
  }

  #partsOf(line: Line, rest: Pick<SessionParts, 'side' | 'refuses'>): SessionParts {
    const { current, clock } = this.#parts;
    mkdirSync(this.#spool, { recursive: true, mode: 0o700 });
    return {
      ...this.#parts,
      ...line,
      ...rest,
      replica: current.replica,
      spool: join(this.#spool, String(this.#count++)),
      entered: (device, session) => {
        this.#sessions.set(session, { device, since: clock.now() });
        this.#tell();
      },
      evidence: () => this.#tell(),
    };
  }

  #follow(session: DirectSession): void {
    this.#sessions.set(session, null);
    void session.ended.then(reason => {
      this.#sessions.delete(session);
      if (reason) this.#problem = reason;
      this.#tell();
    });
  }

  async #stopListening(): Promise<void> {
    this.#listening?.abort();
    this.#listening = null;
    this.#unheard = '';
    const former = this.#listener;
    this.#listener = null;
    await former?.close();
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const cancel = this.#parts.clock.after(ms, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
