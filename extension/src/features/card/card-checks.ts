import * as vscode from 'vscode';
import type { CardFinding } from '@benchmate/shared/domain/card-finding';
import type { Project } from '@benchmate/shared/domain/project';
import type { Part } from '../../host/part.ts';
import type { RunsFeature } from '../runs/runs.ts';

const quietMs = 300;
const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;

/** Claims of model cards that do not fit their runs, at the exact token while one types, each with quick fixes. The engine judges. */
export function startCardChecks({ context, engine, projects, runs, log }: Part & { runs: RunsFeature }): void {
  const diagnostics = vscode.languages.createDiagnosticCollection('benchmate');
  /** What was found, by the diagnostic that shows it, and in which version of the text. */
  const findings = new WeakMap<vscode.Diagnostic, { finding: CardFinding; version: number }>();
  const timers = new Map<string, NodeJS.Timeout>();
  const projectOf = ({ uri }: vscode.TextDocument): Project | undefined => {
    const project = projects.of(uri);
    const dir = project && projects.dirOf(project);
    return dir && vscode.Uri.joinPath(vscode.Uri.file(dir), project.card).fsPath === uri.fsPath ? project : undefined;
  };

  const check = async (document: vscode.TextDocument): Promise<void> => {
    const project = projectOf(document);
    if (!project || document.isClosed || engine.state.kind !== 'connected') return;
    const { version } = document;
    const { projectId } = project;
    const answer = await engine.state.session.client.cards.check.mutate({ projectId, text: document.getText() });
    if (document.isClosed || document.version !== version) return; // the next check is on its way
    diagnostics.set(
      document.uri,
      answer.findings.map(finding => {
        const found = diagnosticOf(document, finding);
        findings.set(found, { finding, version });
        return found;
      }),
    );
  };
  const soon = (document: vscode.TextDocument) => {
    if (!projectOf(document)) return;
    const key = document.uri.toString();
    clearTimeout(timers.get(key));
    const work = () => {
      timers.delete(key);
      check(document).catch((error: unknown) => log.warn('the model card could not be checked', error));
    };
    timers.set(key, setTimeout(work, quietMs));
  };
  // A training run changes the list several times a second: the check that waits already will do.
  const all = () => vscode.workspace.textDocuments.filter(({ uri }) => !timers.has(uri.toString())).forEach(soon);
  const fixes: vscode.CodeActionProvider = {
    provideCodeActions: (document, range) =>
      (diagnostics.get(document.uri) ?? [])
        .filter(({ range: place }) => place.intersection(range))
        .flatMap(diagnostic => actionsFor(document, diagnostic, findings.get(diagnostic))),
  };
  context.subscriptions.push(
    diagnostics,
    vscode.languages.registerCodeActionsProvider({ scheme: 'file', pattern: '**/*.{md,markdown}' }, fixes, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    }),
    vscode.workspace.onDidOpenTextDocument(soon),
    vscode.workspace.onDidChangeTextDocument(({ document }) => soon(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => diagnostics.delete(uri)),
    runs.cache.onDidChange(all),
    projects.onDidChange(all),
    engine.onDidChange(all),
    { dispose: () => timers.forEach(timer => clearTimeout(timer)) },
  );
  all();
}

function diagnosticOf(document: vscode.TextDocument, finding: CardFinding): vscode.Diagnostic {
  const place = rangeOf(document, finding);
  const diagnostic = new vscode.Diagnostic(place, finding.message, severities[finding.severity]);
  diagnostic.source = 'benchmate';
  diagnostic.code = finding.rule;
  return diagnostic;
}

function actionsFor(
  document: vscode.TextDocument,
  diagnostic: vscode.Diagnostic,
  found: { finding: CardFinding; version: number } | undefined,
): vscode.CodeAction[] {
  // What was said of an older text is not offered: its places may be others now.
  if (found?.version !== document.version) return [];
  return found.finding.fixes.map(({ title, edits }) => {
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.diagnostics = [diagnostic];
    action.edit = new vscode.WorkspaceEdit();
    for (const edit of edits) action.edit.replace(document.uri, rangeOf(document, edit), edit.text);
    return action;
  });
}

function rangeOf(document: vscode.TextDocument, place: { startOffset: number; endOffset: number }): vscode.Range {
  return new vscode.Range(document.positionAt(place.startOffset), document.positionAt(place.endOffset));
}
