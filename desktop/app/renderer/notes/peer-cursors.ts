import { personColor } from '@benchmate/shared/domain/person-color';
import { cssString } from './css-string.ts';
import type { Peer } from './open-document.ts';

/** Colours and name flags of the others' cursors, for the class names that y-monaco sets. */
export class PeerCursors {
  readonly #sheet = new CSSStyleSheet();

  constructor() {
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, this.#sheet];
  }

  show(peers: readonly Peer[]): void {
    this.#sheet.replaceSync(peers.map(rulesOf).join('\n'));
  }

  dispose(): void {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter(sheet => sheet !== this.#sheet);
  }
}

function rulesOf({ clientId, name, device }: Peer): string {
  const id = Math.trunc(clientId);
  const color = personColor(device);
  return `
    .yRemoteSelection-${id} { background: color-mix(in srgb, ${color} 30%, transparent); }
    .yRemoteSelectionHead-${id} { border-left: 2px solid ${color}; position: relative; }
    .yRemoteSelectionHead-${id}::after {
      content: ${cssString(name)}; position: absolute; left: -2px; top: -1.2em; padding: 0 4px; border-radius: 3px;
      font: 10px/1.2em system-ui, sans-serif; color: #fff; background: ${color}; white-space: nowrap; pointer-events: none; z-index: 1;
    }`;
}
