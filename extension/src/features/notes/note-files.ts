import * as vscode from 'vscode';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { sentences } from '../../host/report.ts';
import { noteIdOf } from './note-uri.ts';
import type { OpenNotes } from './open-notes.ts';

const saveWithinMs = 60_000;

/** Notes as files of the editor. What is written in an open one is shared as it is typed, so saving has nothing left to do. */
export class NoteFiles implements vscode.FileSystemProvider {
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  readonly #notes: OpenNotes;

  constructor(notes: OpenNotes) {
    this.#notes = notes;
    notes.onReload(uri => this.#changed.fire([{ type: vscode.FileChangeType.Changed, uri }]));
  }

  watch(): vscode.Disposable {
    return { dispose: () => {} };
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const open = await this.#open(uri);
    return {
      type: vscode.FileType.File,
      ctime: open.note.createdAt,
      mtime: open.mtime,
      size: Buffer.byteLength(open.live.text),
      ...(open.readOnly && { permissions: vscode.FilePermission.Readonly }),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.#open(uri)).content());
  }

  async writeFile(uri: vscode.Uri): Promise<void> {
    const open = await this.#open(uri);
    if (!open.document || open.readOnly) throw vscode.FileSystemError.NoPermissions('This note can be read alone.');
    // The editor may save by itself: while the engine is only away for a moment, that is nothing to be alarmed by.
    if (!(await open.saved(saveWithinMs)))
      throw vscode.FileSystemError.Unavailable(
        'Benchmate’s engine does not answer. What you wrote waits in this window, and is saved when the engine is back.',
      );
    open.mtime = Math.max(Date.now(), open.mtime + 1);
  }

  readDirectory(): never {
    throw vscode.FileSystemError.NoPermissions('Notes are listed by “Benchmate: Open a Note”.');
  }
  createDirectory(): never {
    throw vscode.FileSystemError.NoPermissions('A note is one file.');
  }
  delete(): never {
    throw vscode.FileSystemError.NoPermissions('A note stays: what a team decided is not thrown away.');
  }
  rename(): never {
    throw vscode.FileSystemError.NoPermissions('A note keeps its title.');
  }

  async #open(uri: vscode.Uri) {
    try {
      return await this.#notes.open(noteIdOf(uri) ?? '');
    } catch (error) {
      const shape = toErrorShape(error);
      if (shape.code === 'NOT_FOUND') throw vscode.FileSystemError.FileNotFound(sentences(shape));
      throw vscode.FileSystemError.Unavailable(sentences(shape));
    }
  }
}
