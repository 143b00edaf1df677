import * as vscode from 'vscode';
import type { Part } from '../../host/part.ts';
import { lineOfPart } from './card-part.ts';
import type { VersionRef } from './review-cache.ts';

const scheme = 'benchmate-card';

/** The card of a version as a document that nobody can write; its name is what the tab says. */
const cardUri = ({ model, version }: VersionRef): vscode.Uri =>
  vscode.Uri.from({
    scheme,
    path: `/${model.replaceAll('/', '∕')} v${version}.md`,
    query: JSON.stringify([model, version]),
  });

/** The version whose card a document is; undefined for other documents. */
export function versionOfCard(uri: vscode.Uri): VersionRef | undefined {
  if (uri.scheme !== scheme) return undefined;
  const [model, version] = JSON.parse(uri.query) as [string, number];
  return { model, version };
}

/** Cards of versions as documents, which change when somebody describes a version anew. */
export function startCardDocuments({ context, engine, report }: Part, changed: vscode.Event<string | undefined>): void {
  const again = new vscode.EventEmitter<vscode.Uri>();
  context.subscriptions.push(
    again,
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: again.event,
      provideTextDocumentContent: async uri => {
        try {
          const { client } = await engine.session();
          const { model, version } = versionOfCard(uri)!;
          const { versions } = await client.registry.get.query({ model });
          return versions.find(known => known.version === version)?.description ?? '';
        } catch (error) {
          report.quietly('A card could not be read', error);
          throw error;
        }
      },
    }),
    changed(model => {
      for (const { uri } of vscode.workspace.textDocuments)
        if (uri.scheme === scheme && (model === undefined || versionOfCard(uri)?.model === model)) again.fire(uri);
    }),
  );
}

/** The card of a version, beside that of an earlier one where there is one, at the part that is meant. */
export async function openCard(ref: VersionRef, before: number | null, part: string): Promise<void> {
  const uri = cardUri(ref);
  const document = await vscode.workspace.openTextDocument(uri);
  const line = lineOfPart(document.getText(), part);
  const options = { selection: new vscode.Range(line, 0, line, 0), preview: true };
  if (before === null) await vscode.window.showTextDocument(document, options);
  else {
    const title = `${ref.model}: card v${before} ↔ v${ref.version}`;
    await vscode.commands.executeCommand('vscode.diff', cardUri({ ...ref, version: before }), uri, title, options);
  }
}
