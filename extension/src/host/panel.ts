import type { ReactElement } from 'react';
import * as vscode from 'vscode';
import { panelPage } from './panel-page.tsx';

/** A panel that only shows: it is rendered here, and no script runs in it. */
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

  show(title: string, content: ReactElement): void {
    if (this.#closed) return;
    const { webview } = this.#panel;
    const asset = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.#assets, name)).toString();
    const styles = ['codicon.css', 'panel.css'].map(asset);
    const page = panelPage({ title, cspSource: webview.cspSource, styles, content });
    this.#panel.title = title;
    if (page === this.#shown) return; // what did not change keeps its scroll position
    this.#shown = page;
    webview.html = page;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }
}
