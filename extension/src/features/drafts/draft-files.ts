import * as vscode from 'vscode';
import type { Draft } from '@benchmate/shared/domain/draft';
import { draftName } from '@benchmate/shared/domain/draft-name';
import type { Part } from '../../host/part.ts';
import type { DraftsCache } from './drafts-cache.ts';

export const draftScheme = 'benchmate-draft';

/** `benchmate-draft:/<id>/<name>.md` */
export const draftUri = (draft: Draft): vscode.Uri =>
  vscode.Uri.from({
    scheme: draftScheme,
    path: `/${draft.draftId}/${draftName(draft).replaceAll(/[/\\\s]+/g, ' ')}.md`,
  });

interface Shown {
  /** What the editor has read or saved. */
  body: string;
  /** Grows whenever there is something else to be read. */
  mtime: number;
}

/** Of what this window has not shown before: only what comes later counts. */
const firstMs = 1;
const lookAgainMs = 1000;

/** Drafts as files of the editor, that only this device has: saving one writes it. They are begun and thrown away elsewhere. */
export class DraftFiles implements vscode.FileSystemProvider {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #engine: Part['engine'];
  readonly #drafts: DraftsCache;
  readonly #shown = new Map<string, Shown>();

  constructor({ context, engine, drafts }: Part & { drafts: DraftsCache }) {
    this.#engine = engine;
    this.#drafts = drafts;
    context.subscriptions.push(
      this.#changed,
      drafts.onDidChange(draft => {
        for (const known of draft ? [draft] : drafts.all) this.#take(known);
      }),
    );
  }

  watch(): vscode.Disposable {
    return { dispose: () => {} };
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { createdAt, draftId, body } = await this.#read(uri);
    const mtime = this.#shown.get(draftId)?.mtime ?? firstMs;
    return { type: vscode.FileType.File, ctime: createdAt, mtime, size: Buffer.byteLength(body) };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const { draftId, body } = await this.#read(uri);
    this.#show(draftId, body, false);
    return Buffer.from(body);
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    if (!vscode.workspace.isTrusted) throw vscode.FileSystemError.NoPermissions(uri);
    const { client } = await this.#engine.session();
    const body = Buffer.from(content).toString('utf8');
    await client.drafts.write.mutate({ draftId: idOf(uri), body });
    this.#show(idOf(uri), body, true);
    // The editor takes for its own what another one wrote before it has looked at the saved file: told once more, it reads that.
    setTimeout(() => {
      const draft = this.#drafts.get(idOf(uri));
      if (draft) this.#take(draft);
    }, lookAgainMs);
  }

  readDirectory(): never {
    throw vscode.FileSystemError.NoPermissions('Drafts are listed in the Team view.');
  }
  createDirectory(): never {
    throw vscode.FileSystemError.NoPermissions('A draft is one file.');
  }
  delete(): never {
    throw vscode.FileSystemError.NoPermissions('“Benchmate: Discard Draft” throws one away.');
  }
  rename(): never {
    throw vscode.FileSystemError.NoPermissions('A draft is renamed in the companion.');
  }

  async #read(uri: vscode.Uri): Promise<Draft> {
    const { client } = await this.#engine.session();
    const draft = (await client.drafts.list.query({})).find(({ draftId }) => draftId === idOf(uri));
    if (!draft) throw vscode.FileSystemError.FileNotFound(uri);
    return draft;
  }

  #show(draftId: string, body: string, isNews: boolean): void {
    const mtime = this.#shown.get(draftId)?.mtime ?? firstMs;
    this.#shown.set(draftId, { body, mtime: isNews ? Math.max(Date.now(), mtime + 1) : mtime });
  }

  /** For the editors that show it. */
  #take({ draftId, body, gone }: Draft): void {
    const shown = this.#shown.get(draftId);
    if (!shown || (!gone && shown.body === body)) return;
    if (gone) this.#shown.delete(draftId);
    else this.#show(draftId, shown.body, true);
    const type = gone ? vscode.FileChangeType.Deleted : vscode.FileChangeType.Changed;
    const { textDocuments } = vscode.workspace;
    const open = textDocuments.filter(({ uri }) => uri.scheme === draftScheme && idOf(uri) === draftId);
    this.#changed.fire(open.map(({ uri }) => ({ uri, type })));
  }
}

const idOf = ({ path }: vscode.Uri): string => path.split('/')[1] ?? '';
