import * as vscode from 'vscode';
import type { Run } from '@benchmate/shared/domain/run';
import { sharedByTag } from '@benchmate/shared/domain/shared-by';
import type { Project } from '@benchmate/shared/domain/project';
import type { FolderProjects } from '../projects/folder-projects.ts';
import type { RunCache } from './run-cache.ts';
import { groupOf, groupRuns, newestFirst, type GroupId } from './run-groups.ts';
import type { Source } from './run-pages.ts';
import { describeRun, rowName, runFacts, runIcons } from './run-rows.ts';

export interface RunNode {
  kind: 'run';
  runId: string;
}
interface GroupNode {
  kind: 'group';
  id: GroupId;
}
export interface MoreNode {
  kind: 'more';
  id: MoreId;
}
/** What can be done when no engine could be started; why stands above. */
interface WayOutNode {
  kind: 'way-out';
  label: string;
  icon: string;
  command: string;
}
type MoreId = 'project' | 'others' | 'found';
export type Node = RunNode | GroupNode | MoreNode | WayOutNode;

const redrawMs = 200;
const waysOut: WayOutNode[] = [
  { kind: 'way-out', label: 'Try Again', icon: 'debug-restart', command: 'benchmate.startEngine' },
  { kind: 'way-out', label: 'Show Log', icon: 'output', command: 'benchmate.showLog' },
];

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
  readonly #more: Record<MoreId, MoreNode> = {
    project: { kind: 'more', id: 'project' },
    others: { kind: 'more', id: 'others' },
    found: { kind: 'more', id: 'found' },
  };
  readonly #runs: RunCache;
  readonly #projects: FolderProjects;
  readonly #waiting = new Set<string>();
  #structure = false;
  #timer: NodeJS.Timeout | undefined;
  #stuck = false;
  #search = '';

  constructor(runs: RunCache, projects: FolderProjects) {
    this.#runs = runs;
    this.#projects = projects;
    runs.onDidChange(({ changed, structure }) => {
      for (const { runId } of changed) this.#waiting.add(runId);
      this.#structure ||= structure;
      if (!this.#timer) this.#timer = setTimeout(() => this.#redraw(), redrawMs);
    });
  }

  /** Part of the names that are shown; empty shows all, in groups. */
  get search(): string {
    return this.#search;
  }

  set search(text: string) {
    this.#search = text;
    this.#changed.fire(undefined);
  }

  /** No engine could be started: the view offers the ways out. */
  set stuck(stuck: boolean) {
    if (stuck === this.#stuck) return;
    this.#stuck = stuck;
    this.#changed.fire(undefined);
  }

  /** The lists that a row to show more stands for. */
  sourcesOf(id: MoreId): Source[] {
    if (id === 'found') return [{ search: this.#search }];
    return id === 'others' ? [{}] : this.#projects.all.map(({ projectId }) => ({ projectId }));
  }

  getChildren(node?: Node): Node[] {
    if (!node && this.#stuck) return waysOut;
    if (!this.#runs.loaded) return [];
    if (!node && this.#search) return this.#withMore(this.#found(), 'found');
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

  /** The row of a run that has been read. */
  rowOf(runId: string): RunNode | undefined {
    const run = this.#runs.get(runId);
    return run && this.#row(run);
  }

  getParent(node: Node): Node | undefined {
    if (node.kind !== 'run' || this.#search) return undefined;
    const run = this.#runs.get(node.runId);
    return run && this.#groups[groupOf(run, this.#projectIds(), this.#baselines())];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.kind === 'more') return this.#moreItem(node);
    if (node.kind === 'way-out') return wayOutItem(node);
    if (node.kind === 'group') return this.#groupItem(node.id);
    const run = this.#runs.get(node.runId);
    return run ? this.#runItem(run) : new vscode.TreeItem('');
  }

  #withMore(runs: Run[], id: MoreId): Node[] {
    const more = this.sourcesOf(id).some(source => this.#runs.more(source));
    return [...runs.map(run => this.#row(run)), ...(more ? [this.#more[id]] : [])];
  }

  #found(): Run[] {
    const wanted = this.#search.toLowerCase();
    return newestFirst(this.#runs.all().filter(({ name }) => name.toLowerCase().includes(wanted)));
  }

  #moreItem({ kind, id }: MoreNode): vscode.TreeItem {
    const item = new vscode.TreeItem('Show More');
    const total = this.sourcesOf(id).reduce((sum, source) => sum + this.#runs.total(source), 0);
    // What is not of this project is not counted apart: of all there are, so many are read.
    const all = id === 'others' ? '' : `of ${total.toLocaleString('en')}`;
    item.id = `runs.more.${id}`;
    item.iconPath = new vscode.ThemeIcon('ellipsis');
    item.description = all;
    item.command = { command: 'benchmate.showMoreRuns', title: 'Show More Runs', arguments: [{ kind, id }] };
    item.accessibilityInformation = { label: ['Show more runs', all].filter(Boolean).join(' '), role: 'button' };
    return item;
  }

  #groupItem(id: GroupId): vscode.TreeItem {
    const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      this.#groupLabel(id),
      id === 'others' && this.#projects.all.length > 0 ? Collapsed : Expanded,
    );
    item.id = `runs.${id}`;
    const metrics = new Set(this.#projects.all.map(({ primaryMetric }) => primaryMetric));
    if (id !== 'others' && metrics.size === 1) item.description = [...metrics][0] ?? '';
    return item;
  }

  #groupLabel(id: GroupId): string {
    if (id === 'pinned') return 'Pinned';
    if (id === 'others') return 'Others';
    return this.#projects.all.length === 1 ? 'This project' : 'These projects';
  }

  #runItem(run: Run): vscode.TreeItem {
    const project = this.#projectOf(run);
    const baseline = project?.baselineRunId ? this.#runs.get(project.baselineRunId) : undefined;
    const { description, spoken } = describeRun(run, project, baseline);
    const { icon, color } = runIcons[run.status];
    const item = new vscode.TreeItem(rowName(run.name));
    const isBaseline = project?.baselineRunId === run.runId;
    item.id = `run.${run.runId}`;
    const several = project && this.#projects.all.length > 1;
    const by = run.tags[sharedByTag];
    item.description = [description, by, several ? project.name : ''].filter(Boolean).join(' · ');
    item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
    item.contextValue = [
      'run',
      isBaseline ? 'baseline' : project ? 'pinnable' : '',
      baseline && !isBaseline ? 'comparable' : '',
      project && !by ? 'sharable' : '',
    ]
      .filter(Boolean)
      .join('.');
    const told = by ? `${spoken}, shared by ${by}` : spoken;
    item.accessibilityInformation = { label: several ? `${told}, project ${project.name}` : told };
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

function wayOutItem({ label, icon, command }: WayOutNode): vscode.TreeItem {
  const item = new vscode.TreeItem(label);
  item.id = `runs.way-out.${command}`;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.command = { command, title: label };
  item.accessibilityInformation = { label, role: 'button' };
  return item;
}
