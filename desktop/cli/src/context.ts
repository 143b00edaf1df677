import type { Client } from '@benchmate/shared/protocol/contract';
import { connectEngine } from '@benchmate/shared/node/connect-engine';
import { resolveDataDir } from '@benchmate/shared/node/data-dir';
import { ensureEngine } from '@benchmate/shared/node/start-engine';
import type { EngineContract } from '@benchmate/shared/protocol/engine';
import { plainText, type TextLine } from '@benchmate/shared/diff/text-line';
import { engineEntry } from './engine-entry.ts';
import { toJson } from './output/json.ts';
import { paint, terminalOf, type Terminal } from './output/terminal.ts';

/** Options that every command has. */
export interface CommonOptions {
  json?: boolean;
  dataDir?: string;
}

/** What a command works with: one engine, one place to print to, one signal for Ctrl+C. */
export class Context {
  readonly json: boolean;
  readonly dataDir: string;
  readonly terminal: Terminal = terminalOf(process.stdout, process.env);
  readonly #interrupt = new AbortController();
  #client: (Client<EngineContract> & { close: () => void }) | null = null;

  constructor({ json = false, dataDir }: CommonOptions) {
    this.json = json;
    this.dataDir = resolveDataDir(dataDir);
  }

  /** Aborted by Ctrl+C. */
  get signal(): AbortSignal {
    return this.#interrupt.signal;
  }

  /** The engine of the data directory; started when none runs. */
  async engine(): Promise<Client<EngineContract>> {
    if (this.#client) return this.#client;
    await ensureEngine({ dataDir: this.dataDir, engineMain: engineEntry() });
    this.#client = connectEngine(this.dataDir);
    return this.#client;
  }

  /** The result: with `--json` one document, else lines for people. */
  print(value: unknown, lines: () => readonly (string | TextLine)[]): void {
    if (this.json) process.stdout.write(`${toJson(value)}\n`);
    else for (const line of lines()) process.stdout.write(`${this.#shown(line)}\n`);
  }

  /** Progress for people; never on stdout, so that what is piped stays the result alone. */
  tell(line: string): void {
    if (!this.json) process.stderr.write(`${line}\n`);
  }

  interrupt(): void {
    this.#interrupt.abort();
    this.close();
  }

  close(): void {
    this.#client?.close();
  }

  #shown(line: string | TextLine): string {
    if (typeof line === 'string') return line;
    return this.terminal.color ? paint(line) : plainText(line);
  }
}
