import * as vscode from 'vscode';
import type { Run } from '@benchmate/shared/domain/run';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { sentences } from '../../host/report.ts';
import type { Commands, Part } from '../../host/part.ts';
import { chooseProject } from '../projects/choose-project.ts';
import { RunCache } from './run-cache.ts';
import { describeRun } from './run-rows.ts';
import { RunTree, type MoreNode, type RunNode } from './run-tree.ts';

export interface RunsFeature {
  cache: RunCache;
  /** The run that a command means: the row it was called on, else one the person chooses. */
  choose: (title: string, node?: RunNode) => Promise<Run | undefined>;
  /** Shows a run's row, chosen; false where the view does not have it. */
  reveal: (runId: string) => Promise<boolean>;
  commands: Commands;
}

/** The Runs view, and pinning the baseline that the team compares with. */
export function startRuns(part: Part): RunsFeature {
  const { context, engine, projects } = part;
  const cache = new RunCache(part);
  const tree = new RunTree(cache, projects);
  const view = vscode.window.createTreeView('benchmate.runs', { treeDataProvider: tree, showCollapseAll: false });
  const explain = () => {
    const { state } = engine;
    tree.stuck = state.kind === 'failed';
    const none = tree.search && cache.loaded && tree.getChildren().length === 0;
    view.description = tree.search ? `“${tree.search}”` : '';
    view.message =
      state.kind === 'failed' ? sentences(state) : none ? 'No run has that in its name.' : hint(cache, part);
  };
  const filter = async (text: string) => {
    tree.search = text;
    void vscode.commands.executeCommand('setContext', 'benchmate.runsFiltered', text !== '');
    if (text) await cache.open({ search: text });
    explain();
  };
  context.subscriptions.push(
    view,
    engine.onDidChange(explain),
    cache.onDidChange(explain),
    projects.onDidChange(explain),
  );

  const choose: RunsFeature['choose'] = async (title, node) => {
    const { client } = await engine.session();
    if (node?.runId) return cache.get(node.runId) ?? client.runs.get.query({ runId: node.runId });
    const project = await chooseProject(projects);
    if (!project) return undefined;
    const { runs } = await client.runs.list.query({ projectId: project.projectId, limit: 1000 });
    if (runs.length === 0)
      throw new BenchmateError(
        'NOT_FOUND',
        `${project.name} has no runs yet.`,
        'Train it once with “Benchmate: Run Training”.',
      );
    const baseline = runs.find(({ runId }) => runId === project.baselineRunId);
    const items = runs.map(run => ({
      label: run.name,
      description: describeRun(run, project, baseline).description,
      run,
    }));
    return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.run;
  };
  const pin = async (projectId: string | null, runId: string | null) => {
    if (!projectId)
      throw new BenchmateError(
        'BAD_REQUEST',
        'This run belongs to no project, so it cannot be a baseline.',
        'Choose a run of the project in this window.',
      );
    const { client } = await engine.session();
    await client.projects.pinBaseline.mutate({ projectId, runId });
  };

  return {
    cache,
    choose,
    reveal: async runId => {
      await Promise.all([engine.session(), projects.settled()]);
      if (!cache.get(runId)) await cache.load();
      const row = tree.rowOf(runId);
      if (!row) return false;
      if (tree.search) await filter('');
      await vscode.commands.executeCommand('benchmate.runs.focus');
      await view.reveal(row, { select: true, focus: true });
      return true;
    },
    commands: {
      showMoreRuns: async (node?: MoreNode) => {
        const id = node?.id ?? (tree.search ? 'found' : 'others');
        // Among the newest of all there may be a thousand of this project before one that is not.
        const own = new Set(projects.all.map(({ projectId }) => projectId));
        const wanted = ({ projectId }: Run) => id !== 'others' || !own.has(projectId ?? '');
        await Promise.all(tree.sourcesOf(id).map(source => cache.loadMore(source, wanted)));
      },
      filterRuns: async () => {
        const text = await vscode.window.showInputBox({
          title: 'Filter Runs',
          prompt: 'Part of the name. Empty shows all runs.',
          value: tree.search,
        });
        if (text === undefined) return;
        await engine.session();
        await filter(text.trim());
      },
      clearRunsFilter: () => filter(''),
      copyRunId: async (node?: RunNode) => {
        if (node?.runId) await vscode.env.clipboard.writeText(node.runId);
      },
      pinBaseline: async (node?: RunNode) => {
        const run = await choose('Pin which run as the baseline?', node);
        if (run) await pin(run.projectId, run.runId);
      },
      shareRun: async (node?: RunNode) => {
        const run = await choose('Share which run with the team?', node);
        if (!run) return;
        const { client } = await engine.session();
        await client.sharedRuns.share.mutate({ runId: run.runId });
        void vscode.window.showInformationMessage(
          `${run.name} is a run of the whole team now: its numbers, not its files.`,
        );
      },
      unpinBaseline: async (node?: RunNode) => {
        const run = node?.runId ? cache.get(node.runId) : undefined;
        const project = run
          ? projects.all.find(({ projectId }) => projectId === run.projectId)
          : await chooseProject(projects);
        if (project) await pin(project.projectId, null);
      },
    },
  };
}

/** After the second run, the one sentence that leads to differences. */
function hint(cache: RunCache, { projects }: Part): string {
  const waiting = projects.all.find(({ baselineRunId }) => !baselineRunId);
  if (!waiting) return '';
  const finished = cache
    .all()
    .filter(({ projectId, status }) => projectId === waiting.projectId && status === 'FINISHED');
  return finished.length >= 2 ? 'Pin one as the baseline to see differences where you edit.' : '';
}
