import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Random } from './random.ts';
import type { Death, SimProcess } from './world.ts';

/** A database that a program has open. */
export interface OpenDatabase {
  readonly open: boolean;
  close: () => unknown;
  pragma: (source: string, options?: { simple: boolean }) => unknown;
  /** How long its log is; the file may be longer. */
  logBytes: () => number;
}

interface Held {
  /** Of one process, which may have several connections. */
  connections: Set<OpenDatabase>;
  process: SimProcess;
  /** How much of the log a sync has covered. */
  syncedBytes: number;
}

const tornPageBytes = 512;

/**
 * The machines' disks: real files with real SQLite databases, and for each how far its log was synced. A power cut keeps what was
 * synced, and perhaps a torn part of the rest; SQLite's own recovery then makes of it what it can.
 */
export class Disk {
  readonly #root: string;
  readonly #random: Random;
  readonly #folders = new Map<string, { path: string; number: number }>();
  readonly #held = new Map<string, Held>();
  readonly #full = new Set<string>();
  /** How long a sync takes. */
  syncMs: (machine: string) => number = () => 0.3;

  constructor(random: Random) {
    this.#random = random;
    const memory = '/dev/shm';
    this.#root = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'benchmate-sim-'));
  }

  /** The folder of a machine; another path after each power cut. */
  folder(machine: string): string {
    const known = this.#folders.get(machine);
    if (known) return known.path;
    return this.#make(machine, 0);
  }

  opened(file: string, db: OpenDatabase, process: SimProcess): void {
    const held = this.#held.get(file);
    if (held?.process === process) held.connections.add(db);
    else this.#held.set(file, { connections: new Set([db]), process, syncedBytes: db.logBytes() });
    if (this.#full.has(process.name)) this.#limit(db, true);
  }

  /** `bytes` of the log are on the disk: all of them, where nothing else is said. */
  synced(file: string, bytes = this.logBytes(file)): void {
    const held = this.#held.get(file);
    if (held) held.syncedBytes = Math.max(held.syncedBytes, bytes);
  }

  logBytes(file: string): number {
    const held = this.#held.get(file);
    return held ? logBytes(held) : 0;
  }

  /** Closing the last connection moves the log into the database, synced. */
  closed(file: string, db: OpenDatabase): void {
    const held = this.#held.get(file);
    if (held?.connections.delete(db) && held.connections.size === 0) this.#held.delete(file);
  }

  /** A database that a process has open, for whoever looks over its shoulder. */
  database(process: SimProcess, name: string): OpenDatabase | null {
    for (const [file, held] of this.#held)
      if (held.process === process && basename(file) === name) return openOne(held) ?? null;
    return null;
  }

  setFull(machine: string, isFull: boolean): void {
    if (isFull) this.#full.add(machine);
    else this.#full.delete(machine);
    for (const { connections, process } of this.#held.values())
      for (const db of connections) if (process.name === machine && db.open) this.#limit(db, isFull);
  }

  /** What is left of the files of a process that died. */
  afterDeath(dead: SimProcess, how: Death): void {
    const from = this.folder(dead.name);
    const to = this.#make(dead.name, (this.#folders.get(dead.name)?.number ?? 0) + 1);
    for (const file of readdirSync(from, { withFileTypes: true })) {
      if (!file.isFile() || file.name.endsWith('-shm')) continue;
      const path = join(from, file.name);
      const held = this.#held.get(path.replace(/-wal$/, ''));
      if (how === 'power' && held && file.name.endsWith('-wal'))
        writeFileSync(join(to, file.name), this.#torn(readFileSync(path), held));
      else copyFileSync(path, join(to, file.name));
    }
    for (const [file, { connections, process }] of Array.from(this.#held))
      if (process === dead) {
        for (const db of Array.from(connections)) if (db.open) db.close();
        this.#held.delete(file);
      }
    rmSync(from, { recursive: true, force: true });
  }

  /** The machine is lost with all that was on it. */
  lose(machine: string): void {
    this.#make(machine, (this.#folders.get(machine)?.number ?? 0) + 1);
  }

  close(): void {
    for (const { connections } of Array.from(this.#held.values()))
      for (const db of Array.from(connections)) if (db.open) db.close();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** What was not synced is there up to some place, then garbage, then what was there before the log came so far: nothing. */
  #torn(file: Buffer, held: Held): Buffer {
    const { syncedBytes } = held;
    const extra = this.#random.below(Math.max(0, logBytes(held) - syncedBytes) + 1);
    const end = syncedBytes + extra;
    const garbage = Math.min(extra, this.#random.below(tornPageBytes));
    this.#random.fill(file.subarray(end - garbage, end));
    return file.fill(0, end);
  }

  #limit(db: OpenDatabase, isFull: boolean): void {
    const pages = isFull ? Number(db.pragma('page_count', { simple: true })) : 1_000_000_000;
    db.pragma(`max_page_count = ${pages}`);
  }

  #make(machine: string, number: number): string {
    const path = join(this.#root, `${machine}-${number}`);
    mkdirSync(path, { recursive: true });
    this.#folders.set(machine, { path, number });
    return path;
  }
}

const openOne = ({ connections }: Held): OpenDatabase | undefined => [...connections].find(({ open }) => open);
const logBytes = (held: Held): number => openOne(held)?.logBytes() ?? 0;
