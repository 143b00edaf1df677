import * as vscode from 'vscode';
import { placeWords } from '@benchmate/shared/diff/place-words';
import type { Present } from '@benchmate/shared/domain/presence';
import type { Part } from '../../host/part.ts';
import { goToPlace } from './go-to-place.ts';
import type { PresenceCache } from './presence-cache.ts';

/** Goes where a teammate goes, until this person goes somewhere by themselves. */
export class Following implements vscode.Disposable {
  readonly #part: Part;
  readonly #presence: PresenceCache;
  readonly #item = vscode.window.createStatusBarItem('benchmate.following', vscode.StatusBarAlignment.Left, 91);
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #until: vscode.Disposable;
  #device: string | null = null;
  #place = '';
  #shown: string | null = null;
  #companion = false;
  /** While a place is shown: what the editor does then is not the person's doing. */
  #leading = 0;
  #steps: Promise<void> = Promise.resolve();

  constructor(part: Part, presence: PresenceCache) {
    this.#part = part;
    this.#presence = presence;
    this.#item.name = 'Following a Teammate';
    const { Command } = vscode.TextEditorSelectionChangeKind;
    this.#until = vscode.Disposable.from(
      this.#item,
      this.#changed,
      presence.onDidChange(() => this.#follow()),
      vscode.window.onDidChangeActiveTextEditor(editor => {
        if (this.#leading === 0 && editor && editor.document.uri.toString() !== this.#shown) this.stop();
      }),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        if (this.#leading === 0 && kind !== undefined && kind !== Command) this.stop();
      }),
    );
  }

  get device(): string | null {
    return this.#device;
  }

  start(device: string): Promise<void> {
    this.#set(device);
    return this.#follow();
  }

  stop(): void {
    if (this.#device !== null) this.#set(null);
  }

  dispose(): void {
    this.#until.dispose();
  }

  #set(device: string | null): void {
    this.#device = device;
    [this.#place, this.#shown, this.#companion] = ['', null, false];
    void vscode.commands.executeCommand('setContext', 'benchmate.following', device !== null);
    if (device === null) this.#item.hide();
    this.#changed.fire();
  }

  #follow(): Promise<void> {
    if (this.#device === null) return Promise.resolve();
    const leader = this.#presence.of(this.#device);
    if (!leader) {
      this.#item.hide();
      return Promise.resolve(this.stop());
    }
    this.#say(leader, leader.place ? placeWords(leader.place) : 'looks at nothing in particular');
    const place = JSON.stringify(leader.place);
    if (place === this.#place) return Promise.resolve();
    this.#place = place;
    this.#steps = this.#steps.then(() => this.#go(leader, place)).catch(error => this.#part.report.error(error));
    return this.#steps;
  }

  async #go(leader: Present, place: string): Promise<void> {
    if (!leader.place || this.#device !== leader.device || place !== this.#place) return; // gone on meanwhile
    this.#leading++;
    try {
      const went = await goToPlace(this.#part, { place: leader.place, name: leader.name }, path =>
        this.#openPage(path, leader.device),
      );
      if ('uri' in went) this.#shown = went.uri.toString();
      if ('sentence' in went && this.#device === leader.device) {
        this.#say(leader, went.sentence);
        void vscode.window.showInformationMessage(went.sentence);
      }
    } finally {
      setTimeout(() => this.#leading--, settleMs); // the editor tells of what was done a moment later
    }
  }

  /** One page of the companion follows by itself from there: a browser with a page for each step would be no help. */
  async #openPage(path: string, device: string): Promise<void> {
    if (this.#companion) return;
    this.#companion = true;
    await vscode.commands.executeCommand('benchmate.openCompanion', `${path}?follow=${encodeURIComponent(device)}`);
  }

  #say({ name }: Present, words: string): void {
    this.#item.text = `$(eye) Following ${name} · Stop`;
    this.#item.tooltip = `${name}: ${words}. Press to stop following.`;
    this.#item.accessibilityInformation = { label: `Following ${name}: ${words}. Stop`, role: 'button' };
    this.#item.command = 'benchmate.stopFollowing';
    this.#item.show();
  }
}

const settleMs = 250;
