import * as vscode from 'vscode';
import { escapeHtml } from './html.ts';

interface PanelContent {
  title: string;
  /** HTML of the body, every outside text escaped. */
  body: string;
}

/** A panel that only shows: no script runs in it, so nothing in a card or a run's name can act. */
export class Panel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #assets: vscode.Uri;
  readonly onDidDispose: vscode.Event<void>;
  #shown = '';
  #closed = false;

  constructor(context: vscode.ExtensionContext, viewType: string) {
    this.#assets = vscode.Uri.joinPath(context.extensionUri, 'dist', 'webview');
    this.#panel = vscode.window.createWebviewPanel(viewType, 'Benchmate', vscode.ViewColumn.Active, {
      enableScripts: false,
      enableFindWidget: true,
      localResourceRoots: [this.#assets],
    });
    const icon = vscode.Uri.joinPath(context.extensionUri, 'media', 'bench');
    this.#panel.iconPath = {
      light: icon.with({ path: `${icon.path}-light.svg` }),
      dark: icon.with({ path: `${icon.path}-dark.svg` }),
    };
    this.onDidDispose = this.#panel.onDidDispose;
    this.#panel.onDidDispose(() => (this.#closed = true));
  }

  show({ title, body }: PanelContent): void {
    if (this.#closed) return;
    this.#panel.title = title;
    if (body === this.#shown) return; // what did not change keeps its scroll position
    this.#shown = body;
    this.#panel.webview.html = this.#page(title, body);
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #page(title: string, body: string): string {
    const { webview } = this.#panel;
    const asset = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.#assets, name)).toString();
    const source = webview.cspSource;
    const policy = `default-src 'none'; style-src ${source}; font-src ${source}`;
    return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${asset('codicon.css')}"><link rel="stylesheet" href="${asset('panel.css')}"></head>
<body><main>${body}</main></body></html>`;
  }
}
