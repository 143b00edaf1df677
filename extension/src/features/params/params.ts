import * as vscode from 'vscode';
import type { ParamEffect } from '@benchmate/shared/diff/param-effect';
import type { ParamEntry } from '@benchmate/shared/formats/params-file';
import { describeVerdict } from '@benchmate/shared/diff/number-format';
import type { Project } from '@benchmate/shared/domain/project';
import type { Run } from '@benchmate/shared/domain/run';
import type { Part } from '../../host/part.ts';
import { chosenMetric } from '../runs/run-rows.ts';
import type { RunsFeature } from '../runs/runs.ts';

const yamlFiles: vscode.DocumentFilter = { scheme: 'file', pattern: '**/*.{yaml,yml}' };

/** What changed params did to the metric, behind their lines; and a line to run or compare from. */
export function startParams({ context, projects, runs }: Part & { runs: RunsFeature }): void {
  const changed = new vscode.EventEmitter<void>();
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      changed.fire();
    }, 100);
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
      if (!project || !baseline || !wanted) return [];
      const effects = await effectsIn(document.getText(), project, baseline, runs.cache.all());
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

interface PlacedEffect {
  effect: ParamEffect;
  /** From 0; the line on which the value ends. */
  line: number;
}

/** The effects of a params file's text with the lines they belong to. The parser is loaded with the first params file. */
async function effectsIn(text: string, project: Project, baseline: Run, runs: readonly Run[]): Promise<PlacedEffect[]> {
  const [{ readParams }, { paramEffects }] = await Promise.all([
    import('@benchmate/shared/formats/params-file'),
    import('@benchmate/shared/diff/param-effect'),
  ]);
  let entries: ParamEntry[];
  try {
    entries = readParams(text);
  } catch {
    return []; // half typed: the YAML extension says so, and better
  }
  const effects = paramEffects({
    params: Object.fromEntries(entries.map(({ key, value }) => [key, value])),
    baseline,
    runs: runs.filter(({ projectId }) => projectId === project.projectId),
    metric: chosenMetric(baseline, project) ?? null,
    directions: project.directions,
  });
  return effects.flatMap(effect => {
    const entry = entries.find(({ key }) => key === effect.key);
    return entry ? [{ effect, line: entry.range.end.line }] : [];
  });
}

function hintFor(document: vscode.TextDocument, { line, effect }: PlacedEffect, baseline: Run): vscode.InlayHint {
  const at = new vscode.Position(line, document.lineAt(line).text.trimEnd().length);
  // Some themes draw hints without a background: an em space keeps the value and what is said about it apart.
  const hint = new vscode.InlayHint(at, [{ value: '\u2003' }, { value: effect.text }]);
  hint.tooltip = new vscode.MarkdownString().appendText(tooltip(effect, baseline));
  return hint;
}

function tooltip({ key, old, new: value, verdict, effect }: ParamEffect, baseline: Run): string {
  const change = `${key}: ${old ?? 'not logged'} in the baseline ${baseline.name}, ${value} here.`;
  if (!effect) return `${change} Run it to see what it does.`;
  const sure = effect.halfWidth === null ? ' One run on a side says nothing about chance.' : ' ± is the 95 % interval.';
  return `${change} Runs with these params are ${describeVerdict(verdict, effect.difference)}.${sure}`;
}
