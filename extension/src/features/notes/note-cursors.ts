import * as vscode from 'vscode';
import { personColor, personLineColor } from '@benchmate/shared/domain/person-color';
import type { Peer } from './live/peers.ts';
import type { OpenNote } from './open-note.ts';
import { positionOf } from './plain-places.ts';

interface Look {
  caret: vscode.TextEditorDecorationType;
  selection: vscode.TextEditorDecorationType;
}

/** Others' cursors with their names, and what they have chosen, in the editors that show a note. */
export class NoteCursors implements vscode.Disposable {
  /** One for each device, as long as the window lives: there are as many as there are teammates. */
  readonly #looks = new Map<string, Look>();

  show(open: OpenNote): void {
    const { document } = open;
    if (!document) return;
    const peers = Map.groupBy(open.live.peers(), ({ device }) => device);
    for (const device of peers.keys()) this.#lookOf(device);
    const editors = vscode.window.visibleTextEditors.filter(editor => editor.document === document);
    for (const editor of editors)
      for (const [device, { caret, selection }] of this.#looks) {
        const places = (peers.get(device) ?? []).flatMap(peer => placesOf(peer, document));
        editor.setDecorations(
          selection,
          places.map(({ range }) => range).filter(range => !range.isEmpty),
        );
        editor.setDecorations(
          caret,
          places.map(({ head, name }) => ({
            range: new vscode.Range(head, head),
            renderOptions: flag(name, head.line),
          })),
        );
      }
  }

  dispose(): void {
    for (const { caret, selection } of this.#looks.values()) vscode.Disposable.from(caret, selection).dispose();
  }

  #lookOf(device: string): Look {
    const known = this.#looks.get(device);
    if (known) return known;
    const [dark, light] = [personColor(device), personLineColor(device)];
    const look: Look = {
      caret: vscode.window.createTextEditorDecorationType({
        rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        overviewRulerLane: vscode.OverviewRulerLane.Center,
        before: { color: '#ffffff', backgroundColor: dark },
        light: { overviewRulerColor: dark, after: { contentText: '', textDecoration: bar(dark) } },
        dark: { overviewRulerColor: light, after: { contentText: '', textDecoration: bar(light) } },
      }),
      selection: vscode.window.createTextEditorDecorationType({
        light: { backgroundColor: `color-mix(in srgb, ${dark} 25%, transparent)` },
        dark: { backgroundColor: `color-mix(in srgb, ${light} 35%, transparent)` },
      }),
    };
    this.#looks.set(device, look);
    return look;
  }
}

function placesOf({ name, selection }: Peer, document: vscode.TextDocument) {
  if (!selection) return [];
  const [anchor, head] = [positionOf(document, selection.anchor), positionOf(document, selection.head)];
  return [{ name, head, range: new vscode.Range(anchor, head) }];
}

/** Above the line, or below the first one, so that no word moves for it. */
const flag = (name: string, line: number): vscode.DecorationInstanceRenderOptions => ({
  before: { contentText: name, textDecoration: `none; ${hovering} ${line === 0 ? 'top: 1.35em;' : 'top: -1.15em;'}` },
});

const hovering =
  'position: absolute; z-index: 1; padding: 0 4px; border-radius: 3px; font: 10px/1.3 system-ui, sans-serif; ' +
  'outline: 1px solid var(--vscode-contrastBorder, transparent); white-space: nowrap; pointer-events: none;';

const bar = (color: string): string =>
  `none; position: absolute; height: 1.35em; border-left: 2px solid ${color}; pointer-events: none;`;
