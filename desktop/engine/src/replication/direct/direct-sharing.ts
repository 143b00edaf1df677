import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DirectStatus } from '@benchmate/shared/domain/direct-status';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Clock, Random } from '../../host/clock.ts';
import type { DocumentHub } from '../documents/hub.ts';
import type { DocumentStore } from '../documents/store.ts';
import type { CurrentTeam } from '../feeds/current-team.ts';
import { backoffMs } from '../sync/backoff.ts';
import { formatDirectAddress, parseDirectAddress, type DirectAddress } from './address.ts';
import type { Listener } from './listener.ts';
import type { DirectSession, Line, SessionParts } from './session.ts';

export interface DirectSharingParts {
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

/** Connections between this device and teammates' devices, each to an explicit address, until `stop`. */
export class DirectSharing {
  readonly #parts: DirectSharingParts;
  readonly #spool: string;
  readonly #listeners = new Set<() => void>();
  /** Null until both ends take each other for devices of the team. */
  readonly #sessions = new Map<DirectSession, Peer | null>();
  #listener: Listener | null = null;
  #connecting = new AbortController();
  #isConnecting = false;
  #problem = '';
  #count = 0;

  constructor(parts: DirectSharingParts) {
    this.#parts = parts;
    this.#spool = join(parts.dataDir, 'direct');
    rmSync(this.#spool, { recursive: true, force: true }); // of an engine that was killed
    parts.current.onSwitch(() => void this.stop());
  }

  /** Called after the status may have changed. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get isBusy(): boolean {
    return this.#listener !== null || this.#isConnecting;
  }

  status(): DirectStatus {
    const { members } = this.#parts.current.replica.registry.membership;
    const nameOf = (device: string) => members.find(member => member.device === device)?.name ?? '';
    const peers = [...this.#sessions.values()].filter(peer => peer !== null);
    return {
      listening: this.#listener && { host: this.#listener.host, port: this.#listener.port },
      peers: peers.map(({ device, since }) => ({ device, name: nameOf(device), since })),
      problem: peers.length > 0 ? '' : this.#problem,
    };
  }

  /** Listens under a new secret; a former one counts no more. */
  async listen(where: { host: string; port: number }): Promise<{ address: string; host: string; port: number }> {
    await this.#stopListening();
    const { random, current } = this.#parts;
    const secret = random(32);
    let first: string | null = null;
    const refuses = (device: string) => {
      if (first !== null && first !== device) return 'This address was given to somebody else, who used it already.';
      first = device;
      return '';
    };
    const { Listener: Opened } = await import('./listener.ts'); // loaded when it is needed: hardly ever
    const parts = (line: Line) => this.#partsOf(line, { side: 'listening', refuses });
    const begun = (session: DirectSession) => this.#follow(session);
    const { host, port } = (this.#listener = await Opened.open({ ...where, secret, parts, begun }));
    this.#tell();
    return { address: formatDirectAddress({ host, port, team: current.teamId, secret }), host, port };
  }

  /** Settles once connected; tries again by itself after that, until `stop`. */
  async connect(text: string): Promise<DirectStatus> {
    const address = parseDirectAddress(text);
    if (address.team !== this.#parts.current.teamId)
      throw new BenchmateError(
        'FORBIDDEN',
        'The address is of a device of another team.',
        'Join that team first: benchmate bundle join',
      );
    this.#connecting.abort();
    const { signal } = (this.#connecting = new AbortController());
    this.#problem = '';
    const first = await this.#reach(address, signal);
    this.#isConnecting = true;
    void this.#keepConnected(address, first, signal);
    return this.status();
  }

  async stop(): Promise<DirectStatus> {
    this.#connecting.abort();
    this.#isConnecting = false;
    await this.#stopListening();
    const sessions = [...this.#sessions.keys()];
    for (const session of sessions) session.close();
    await Promise.all(sessions.map(({ ended }) => ended));
    this.#problem = '';
    this.#tell();
    return this.status();
  }

  async #keepConnected(address: DirectAddress, first: DirectSession, signal: AbortSignal): Promise<void> {
    let refusal = await first.ended;
    for (let failures = 0; !signal.aborted; failures++) {
      this.#problem = refusal || `The connection to ${address.host} was lost; it is tried again by itself.`;
      this.#tell();
      await this.#wait(refusal ? refusedRetryMs : backoffMs(failures, Math.random()), signal);
      if (signal.aborted) return;
      try {
        const session = await this.#reach(address, signal);
        failures = 0;
        refusal = await session.ended;
      } catch (error) {
        refusal = (error as BenchmateError).code === 'FORBIDDEN' ? (error as BenchmateError).message : '';
      }
    }
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
