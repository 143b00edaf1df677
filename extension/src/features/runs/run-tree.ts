import * as vscode from 'vscode';
import type { Run } from '@benchmate/shared/domain/run';
import type { Project } from '@benchmate/shared/domain/project';
import type { FolderProjects } from '../projects/folder-projects.ts';
import type { RunCache } from './run-cache.ts';
import { groupOf, groupRuns, type GroupId } from './run-groups.ts';
import { describeRun, runFacts, runIcons } from './run-rows.ts';

export interface RunNode {
  kind: 'run';
  runId: string;
}
interface GroupNode {
  kind: 'group';
  id: GroupId;
}
interface MoreNode {
  kind: 'more';
  id: GroupId;
}
export type Node = RunNode | GroupNode | MoreNode;

const groupLabels: Record<GroupId, string> = { pinned: 'Pinned', project: 'This project', others: 'Others' };
const redrawMs = 200;

/** The Runs view. The same object always stands for the same row, and a row is redrawn alone unless rows move. */
export class RunTree implements vscode.TreeDataProvider<Node> {
  readonly #changed = new vscode.EventEmitter<Node[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #rows = new Map<string, RunNode>();
  readonly #groups: Record<GroupId, GroupNode> = {
    pinned: { kind: 'group', id: 'pinned' },
    project: { kind: 'group', id: 'project' },
    others: { kind: 'group', id: 'others' },
  };
  readonly #more: Record<'project' | 'others', MoreNode> = {
    project: { kind: 'more', id: 'project' },
    others: { kind: 'more', id: 'others' },
  };
  readonly #runs: RunCache;
  readonly #projects: FolderProjects;
  readonly #waiting = new Set<string>();
  #structure = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(runs: RunCache, projects: FolderProjects) {
    this.#runs = runs;
    this.#projects = projects;
    runs.onDidChange(({ changed, structure }) => {
      for (const { runId } of changed) this.#waiting.add(runId);
      this.#structure ||= structure;
      if (!this.#timer) this.#timer = setTimeout(() => this.#redraw(), redrawMs);
    });
  }

  getChildren(node?: Node): Node[] {
    if (!this.#runs.loaded) return [];
    const groups = groupRuns(this.#runs.all(), this.#projectIds(), this.#baselines());
    if (!node) {
      const filled = (Object.keys(groups) as GroupId[]).filter(id => groups[id].length > 0);
      // Without a project one flat list says the same with less.
      if (filled.join() === 'others' && this.#projects.all.length === 0) return this.#withMore(groups.others, 'others');
      return filled.map(id => this.#groups[id]);
    }
    if (node.kind !== 'group') return [];
    return node.id === 'pinned' ? groups.pinned.map(run => this.#row(run)) : this.#withMore(groups[node.id], node.id);
  }

  getParent(node: Node): Node | undefined {
    if (node.kind !== 'run') return undefined;
    const run = this.#runs.get(node.runId);
    return run && this.#groups[groupOf(run, this.#projectIds(), this.#baselines())];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'more') return moreItem(node);
    if (node.kind === 'group') return this.#groupItem(node.id);
    const run = this.#runs.get(node.runId);
    return run ? this.#runItem(run) : new vscode.TreeItem('');
  }

  #withMore(runs: Run[], id: 'project' | 'others'): Node[] {
    return [...runs.map(run => this.#row(run)), ...(this.#runs.more ? [this.#more[id]] : [])];
  }

  #groupItem(id: GroupId): vscode.TreeItem {
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      groupLabels[id],
      id === 'others' && this.#projects.all.length > 0 ? Collapsed : Expanded,
    );
    item.id = `runs.${id}`;
    const metrics = new Set(this.#projects.all.map(({ primaryMetric }) => primaryMetric));
    if (id !== 'others' && metrics.size === 1) item.description = [...metrics][0] ?? '';
    return item;
  }

  #runItem(run: Run): vscode.TreeItem {
    const project = this.#projectOf(run);
    const baseline = project?.baselineRunId ? this.#runs.get(project.baselineRunId) : undefined;
    const { description, spoken } = describeRun(run, project, baseline);
    const { icon, color } = runIcons[run.status];
    const item = new vscode.TreeItem(run.name);
    const isBaseline = project?.baselineRunId === run.runId;
    item.id = `run.${run.runId}`;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
    item.contextValue = [
      'run',
      isBaseline ? 'baseline' : project ? 'pinnable' : '',
      baseline && !isBaseline ? 'comparable' : '',
    ]
      .filter(Boolean)
      .join('.');
    item.accessibilityInformation = { label: spoken };
    item.tooltip = undefined; // resolved when the pointer rests on the row
    if (project)
      item.command = {
        command: 'benchmate.compareWithBaseline',
        title: 'Compare with Baseline',
        arguments: [{ kind: 'run', runId: run.runId }],
      };
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, node: Node): vscode.TreeItem {
    const run = node.kind === 'run' ? this.#runs.get(node.runId) : undefined;
    if (!run) return item;
    const { when, metrics, params } = runFacts(run, Date.now());
    const text = new vscode.MarkdownString();
    text.appendMarkdown('**').appendText(run.name).appendMarkdown('** ').appendText(`· ${run.experimentName}`);
    text.appendMarkdown('\n\n').appendText(`${when}\n${new Date(run.startTime).toLocaleString()}`);
    if (metrics.length > 0) text.appendCodeblock(metrics.slice(0, 20).join('\n'));
    if (params.length > 0) text.appendCodeblock(params.slice(0, 20).join('\n'), 'yaml');
    item.tooltip = text;
    return item;
  }

  #redraw(): void {
    this.#timer = undefined;
    const rows = [...this.#waiting].flatMap(runId => this.#rows.get(runId) ?? []);
    // A baseline's row moves every difference.
    const everything = this.#structure || [...this.#waiting].some(runId => this.#baselines().has(runId));
    this.#waiting.clear();
    this.#structure = false;
    this.#changed.fire(everything ? undefined : rows);
  }

  #row({ runId }: Run): RunNode {
    const row = this.#rows.get(runId) ?? { kind: 'run', runId };
    this.#rows.set(runId, row);
    return row;
  }

  #projectOf(run: Run): Project | undefined {
    return this.#projects.all.find(({ projectId }) => projectId === run.projectId);
  }

  #projectIds(): Set<string> {
    return new Set(this.#projects.all.map(({ projectId }) => projectId));
  }

  #baselines(): Set<string> {
    return new Set(this.#projects.all.flatMap(({ baselineRunId }) => baselineRunId ?? []));
  }
}

function moreItem({ id }: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem('Show More');
  item.id = `runs.more.${id}`;
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'benchmate.showMoreRuns', title: 'Show More Runs' };
  item.accessibilityInformation = { label: 'Show more runs', role: 'button' };
  return item;
}
