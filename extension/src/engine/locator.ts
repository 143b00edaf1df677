import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { resolveDataDir } from '@benchmate/shared/node/data-dir';
import { endpointFileOf, findEngine } from '@benchmate/shared/node/find-engine';
import { ensureEngine } from '@benchmate/shared/node/start-engine';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { createEngineClient, type ClosableEngineClient } from '@benchmate/shared/protocol/client';
import type { Endpoint } from '@benchmate/shared/protocol/endpoint';

/** Where this window's engine is, or how to start it: the one that came inside the extension, run by the editor's own Node. */
export class EngineLocator {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  /** Read each time: the person may have changed it. */
  get dataDir(): string {
    return resolveDataDir(setting('dataDir'));
  }

  async find(): Promise<Endpoint | undefined> {
    return (await findEngine(this.dataDir)) ?? undefined;
  }

  /** The engine of the data directory; a new one outlives this window, because others may use it. */
  start(): Promise<Endpoint> {
    const engineMain = vscode.Uri.joinPath(this.#context.extensionUri, 'dist', 'engine', 'main.mjs').fsPath;
    if (!existsSync(engineMain))
      throw new BenchmateError(
        'TOOL_MISSING',
        'This package of Benchmate holds no engine for this machine, and none is running.',
        'Install the package for your platform, or start one with `benchmate engine start`.',
      );
    const python = setting('python');
    this.#log.info(`Starting the engine for ${this.dataDir}`);
    return ensureEngine({
      dataDir: this.dataDir,
      engineMain,
      version: String((this.#context.extension.packageJSON as { version?: unknown }).version),
      ...(python ? { env: { BENCHMATE_PYTHON: python } } : {}),
    });
  }

  open({ url, token }: Endpoint): { client: ClosableEngineClient; close: () => void } {
    const client = createEngineClient({ url, token });
    return { client, close: () => client.close() };
  }

  /** Whether an engine went without saying so: who ends on purpose takes its address away. */
  crashed(): boolean {
    return existsSync(endpointFileOf(this.dataDir));
  }
}

function setting(name: 'dataDir' | 'python'): string | undefined {
  return vscode.workspace.getConfiguration('benchmate').get<string>(name)?.trim() || undefined;
}
