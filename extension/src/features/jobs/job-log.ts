import * as vscode from 'vscode';
import { terminalJobStates } from '@benchmate/shared/domain/job';
import { BenchmateError, toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { EngineConnection } from '../../engine/connection.ts';
import { jobDetail, jobEnding } from './job-rows.ts';

const followEveryMs = 300;

/** A job's output in a terminal that follows it. Closing it changes nothing about the job. */
export class JobLog implements vscode.Pseudoterminal {
  readonly #write = new vscode.EventEmitter<string>();
  readonly onDidWrite = this.#write.event;
  readonly #engine: EngineConnection;
  readonly #jobId: string;
  #open = false;

  constructor(engine: EngineConnection, jobId: string) {
    this.#engine = engine;
    this.#jobId = jobId;
  }

  open(): void {
    this.#open = true;
    void this.#follow();
  }

  close(): void {
    this.#open = false;
    this.#write.dispose();
  }

  async #follow(): Promise<void> {
    let offset = 0;
    let said = '';
    while (this.#open) {
      try {
        // Following a log is no reason to start an engine that the person ended.
        const { state } = this.#engine;
        if (state.kind !== 'connected') throw new BenchmateError('ENGINE_UNAVAILABLE', 'Waiting for the engine …');
        const { client } = state.session;
        // Asked before the output: what an ended job wrote is then certainly all there.
        const job = await client.jobs.get.query({ jobId: this.#jobId });
        const { text, nextOffset, sizeBytes } = await client.jobs.log.query({ jobId: this.#jobId, offset });
        offset = nextOffset;
        this.#print(text);
        if (offset < sizeBytes && text) continue;
        if (terminalJobStates.has(job.state)) return this.#print(`\n${dim(jobEnding(job))}\n`);
        if (job.state === 'queued' && said !== jobDetail(job)) this.#print(dim(`${(said = jobDetail(job))}\n`));
      } catch (error) {
        const { code, message } = toErrorShape(error);
        if (code === 'NOT_FOUND') return this.#print(dim(`${message}\n`));
        if (said !== message) this.#print(dim(`${(said = message)}\n`));
      }
      await new Promise(resolve => setTimeout(resolve, followEveryMs));
    }
  }

  #print(text: string): void {
    if (this.#open && text) this.#write.fire(text.replaceAll(/\r?\n/g, '\r\n'));
  }
}

const dim = (text: string): string => `\u001b[2m${text}\u001b[0m`;
