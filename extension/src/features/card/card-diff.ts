import { createElement } from 'react';
import * as vscode from 'vscode';
import type { CardDiff } from '@benchmate/shared/diff/card-diff';
import type { Project } from '@benchmate/shared/domain/project';
import { toErrorShape } from '@benchmate/shared/errors/benchmate-error';
import { Panel } from '../../host/panel.ts';
import type { Commands, Part } from '../../host/part.ts';
import { chooseProject } from '../projects/choose-project.ts';
import { repositoryOf, textAt, versionsOf, type Repository } from './git.ts';

interface Version {
  /** What git understands. */
  ref: string;
  name: string;
}

const redrawMs = 250;

/** `Compare Model Card`: what changed in the card and whether it matters, up to date while it is edited. */
export function startCardDiff(part: Part): Commands {
  const { context, engine, projects } = part;
  const open = new Map<string, { panel: Panel; follow: vscode.Disposable }>();
  context.subscriptions.push({ dispose: () => open.forEach(({ panel }) => panel.dispose()) });

  return {
    compareCard: async (uri?: vscode.Uri) => {
      const project = await chooseProject(projects, uri instanceof vscode.Uri ? uri : undefined);
      const dir = project && projects.dirOf(project);
      if (!project || !dir) return;
      const file = vscode.Uri.joinPath(vscode.Uri.file(dir), project.card);
      const repository = await repositoryOf(file);
      const version = await chooseVersion(repository, file, await baselineOf(part, project));
      if (!version) return;
      const before = await textAt(repository, version.ref, file);
      open.get(file.fsPath)?.panel.dispose();
      const panel = new Panel(context, 'benchmate.cardDiff');
      const diff = async (after: string) => {
        const { client } = await engine.session();
        return client.cards.diff.mutate({ projectId: project.projectId, before, after });
      };
      const draw = drawer({ panel, file, title: `${project.name}: model card`, diff, version });
      const follow = vscode.Disposable.from(
        followText(file, draw),
        engine.onDidChange(({ kind }) => void (kind === 'connected' && draw())),
      );
      open.set(file.fsPath, { panel, follow });
      panel.onDidDispose(() => {
        open.get(file.fsPath)?.follow.dispose();
        open.delete(file.fsPath);
      });
      await draw();
    },
  };
}

/** The commit that the baseline was trained at, as its own client wrote it down. */
async function baselineOf({ engine }: Part, { baselineRunId }: Project): Promise<Version | undefined> {
  if (!baselineRunId || engine.state.kind !== 'connected') return undefined;
  const run = await engine.state.session.client.runs.get.query({ runId: baselineRunId }).catch(() => undefined);
  const ref = run?.tags['mlflow.source.git.commit'];
  return run && ref ? { ref, name: `Baseline ${run.name}` } : undefined;
}

async function chooseVersion(
  repository: Repository,
  file: vscode.Uri,
  baseline: Version | undefined,
): Promise<Version | undefined> {
  const versions = await versionsOf(repository, file);
  const items = [
    { label: 'Last commit', description: versions[0]?.message ?? '', version: { ref: 'HEAD', name: 'Last commit' } },
    ...(baseline
      ? [{ label: baseline.name, description: `commit ${baseline.ref.slice(0, 7)}`, version: baseline }]
      : []),
    ...versions.slice(1).map(({ hash, message, date }) => ({
      label: hash.slice(0, 7),
      description: `${message}${date ? `, ${date.toLocaleDateString()}` : ''}`,
      version: { ref: hash, name: `Commit ${hash.slice(0, 7)}` },
    })),
  ];
  if (items.length === 1) return items[0]?.version;
  return (
    await vscode.window.showQuickPick(items, { title: 'Compare the model card with …', matchOnDescription: true })
  )?.version;
}

/** Draws the newest text; what cannot be read leaves the last good state, and says so. */
function drawer(parts: {
  panel: Panel;
  file: vscode.Uri;
  title: string;
  diff: (after: string) => Promise<CardDiff>;
  version: Version;
}): () => Promise<void> {
  const { panel, file, title, diff, version } = parts;
  let last: CardDiff = { flagged: [], results: [], fields: [], sections: [], empty: true };
  let asked = 0;
  return async () => {
    const mine = ++asked;
    let problem: string | null = null;
    try {
      const document = await vscode.workspace.openTextDocument(file);
      const answer = await diff(document.getText());
      if (mine !== asked) return; // a newer text was asked about meanwhile
      last = answer;
    } catch (error) {
      const { message, nextStep } = toErrorShape(error);
      problem = [message, nextStep].filter(Boolean).join(' ');
    }
    if (mine !== asked) return;
    const { CardView } = await import('./card-view.tsx');
    panel.show(title, createElement(CardView, { title, diff: last, oldName: version.name, newName: 'Now', problem }));
  };
}

function followText(file: vscode.Uri, draw: () => Promise<void>): vscode.Disposable {
  let timer: NodeJS.Timeout | undefined;
  const changes = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    if (document.uri.fsPath !== file.fsPath) return;
    clearTimeout(timer);
    timer = setTimeout(() => void draw(), redrawMs);
  });
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(vscode.Uri.joinPath(file, '..'), '*.md'),
  );
  const saved = watcher.onDidChange(() => void draw());
  return vscode.Disposable.from(changes, watcher, saved, { dispose: () => clearTimeout(timer) });
}
