import * as vscode from 'vscode';
import { describeVerdict } from '@benchmate/shared/diff/number-format';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import type { PlacedEffect } from '@benchmate/shared/protocol/params';
import type { Part } from '../../host/part.ts';
import type { RunsFeature } from '../runs/runs.ts';
import { EffectsCache } from './effects-cache.ts';

const yamlFiles: vscode.DocumentFilter = { scheme: 'file', pattern: '**/*.{yaml,yml}' };

/** A training run changes the list several times a second. */
const redrawMs = 250;

/** What changed params did to the metric, behind their lines, as the engine says; and a line to run or compare from. */
export function startParams({ context, engine, projects, runs, log }: Part & { runs: RunsFeature }): void {
  const changed = new vscode.EventEmitter<void>();
  const known = new EffectsCache();
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      vscode.workspace.textDocuments.forEach(document => known.forget(document));
      changed.fire();
    }, redrawMs);
  };
  const projectOf = (document: vscode.TextDocument): Project | undefined => {
    const project = projects.of(document.uri);
    const dir = project && projects.dirOf(project);
    const path = dir && vscode.Uri.joinPath(vscode.Uri.file(dir), project.params).fsPath;
    return path === document.uri.fsPath ? project : undefined;
  };
  const baselineOf = ({ baselineRunId }: Project) => (baselineRunId ? runs.cache.get(baselineRunId) : undefined);

  const hints: vscode.InlayHintsProvider = {
    onDidChangeInlayHints: changed.event,
    provideInlayHints: async (document, range) => {
      const project = projectOf(document);
      const baseline = project && baselineOf(project);
      const wanted = vscode.workspace.getConfiguration('benchmate', document.uri).get('inlineDifferences', true);
      if (!project || !baseline || !wanted || engine.state.kind !== 'connected') return [];
      const { client } = engine.state.session;
      const ask = async (text: string) =>
        (await client.params.effects.mutate({ projectId: project.projectId, text })).effects;
      const effects = await known.of(document, ask).catch((error: unknown) => {
        log.warn('what params did could not be asked', error);
        return [];
      });
      // Asked again for the text as it is now, the editor draws nothing of an answer to an older one.
      if (!effects) return [];
      return effects
        .filter(({ line }) => range.start.line <= line && line <= range.end.line)
        .map(one => hintFor(document, one, baseline));
    },
  };
  const lenses: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: document => {
      const project = projectOf(document);
      if (!project) return [];
      const top = new vscode.Range(0, 0, 0, 0);
      const lens = (title: string, command: string, ...args: unknown[]) =>
        new vscode.CodeLens(top, { title, command, arguments: args });
      const baseline = baselineOf(project);
      return [
        ...(vscode.workspace.isTrusted ? [lens('▷ Run', 'benchmate.runTraining', document.uri)] : []),
        baseline
          ? lens(`⇄ Baseline ${baseline.name}`, 'benchmate.compareWithBaseline')
          : lens('⇄ Pin a baseline', 'benchmate.pinBaseline'),
      ];
    },
  };
  context.subscriptions.push(
    changed,
    vscode.languages.registerInlayHintsProvider(yamlFiles, hints),
    vscode.languages.registerCodeLensProvider(yamlFiles, lenses),
    runs.cache.onDidChange(soon),
    projects.onDidChange(soon),
    vscode.workspace.onDidGrantWorkspaceTrust(soon),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('benchmate.inlineDifferences')) soon();
    }),
    { dispose: () => clearTimeout(timer) },
  );
}

function hintFor(document: vscode.TextDocument, effect: PlacedEffect, baseline: Run): vscode.InlayHint {
  const at = new vscode.Position(effect.line, document.lineAt(effect.line).text.trimEnd().length);
  // Some themes draw hints without a background: an em space keeps the value and what is said about it apart.
  const hint = new vscode.InlayHint(at, [{ value: '\u2003' }, { value: effect.text }]);
  hint.tooltip = new vscode.MarkdownString().appendText(tooltip(effect, baseline));
  return hint;
}

function tooltip({ key, old, new: value, verdict, effect }: PlacedEffect, baseline: Run): string {
  const change = `${key}: ${old ?? 'not logged'} in the baseline ${baseline.name}, ${value} here.`;
  if (!effect) return `${change} Run it to see what it does.`;
  const sure = effect.halfWidth === null ? ' One run on a side says nothing about chance.' : ' ± is the 95 % interval.';
  return `${change} Runs with these params are ${describeVerdict(verdict, effect.difference)}.${sure}`;
}
