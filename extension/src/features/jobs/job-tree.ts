import * as vscode from 'vscode';
import type { Job } from '@benchmate/shared/domain/job';
import { Overtaking } from '@benchmate/shared/protocol/overtaking';
import type { Part } from '../../host/part.ts';
import { listen } from '../../engine/subscribe.ts';
import { groupJobs, jobDetail, jobIcons, type JobGroup } from './job-rows.ts';

export interface JobNode {
  kind: 'job';
  job: Job;
}
type GroupNode = { kind: 'group'; id: JobGroup['id'] };
type Node = GroupNode | JobNode;

/** The Jobs view: the same objects stand for the same rows, so that a change moves nothing but the row it concerns. */
export class JobTree implements vscode.TreeDataProvider<Node> {
  readonly #changed = new vscode.EventEmitter<Node[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #jobs = new Map<string, JobNode>();
  readonly #groups = new Map<JobGroup['id'], GroupNode>(
    (['running', 'queued', 'finished'] as const).map(id => [id, { kind: 'group', id }]),
  );

  constructor({ engine, report }: Part) {
    engine.whileConnected(({ client }, until) => {
      const overtaking = new Overtaking();
      const load = async () => {
        const isOvertaken = overtaking.begin();
        try {
          const jobs = await client.jobs.list.query({ limit: 500 });
          if (until.ended) return;
          for (const id of this.#jobs.keys()) if (!isOvertaken(id)) this.#jobs.delete(id);
          for (const job of jobs) if (!isOvertaken(job.jobId)) this.#jobs.set(job.jobId, { kind: 'job', job });
          this.#changed.fire(undefined);
        } catch (error) {
          report.quietly('Jobs could not be read', error);
        }
      };
      const next = (job: Job) => (overtaking.heard(job.jobId), this.#take(job));
      until.add(listen(client.jobs.changes, undefined, { next, connected: () => void load() }));
      until.add({ dispose: () => (this.#jobs.clear(), this.#changed.fire(undefined)) });
    });
  }

  get running(): number {
    return [...this.#jobs.values()].filter(({ job }) => job.state === 'running').length;
  }

  get(jobId: string): Job | undefined {
    return this.#jobs.get(jobId)?.job;
  }

  all(): Job[] {
    return [...this.#jobs.values()].map(({ job }) => job);
  }

  getChildren(node?: Node): Node[] {
    const groups = groupJobs(this.all());
    if (!node) return groups.map(({ id }) => this.#groups.get(id)!);
    if (node.kind === 'job') return [];
    return (groups.find(({ id }) => id === node.id)?.jobs ?? []).map(({ jobId }) => this.#jobs.get(jobId)!);
  }

  getParent(node: Node): Node | undefined {
    if (node.kind === 'group') return undefined;
    const group = groupJobs([node.job])[0];
    return group && this.#groups.get(group.id);
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return node.kind === 'group' ? groupItem(node, groupJobs(this.all())) : jobItem(node.job);
  }

  #take(job: Job): void {
    const known = this.#jobs.get(job.jobId);
    const moved = known?.job.state !== job.state || known.job.position !== job.position;
    if (known) known.job = job;
    else this.#jobs.set(job.jobId, { kind: 'job', job });
    this.#changed.fire(moved || !known ? undefined : [known]);
  }
}

function groupItem({ id }: GroupNode, groups: JobGroup[]): vscode.TreeItem {
  const group = groups.find(other => other.id === id);
  const item = new vscode.TreeItem(group?.label ?? id, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `jobs.${id}`;
  item.description = String(group?.jobs.length ?? 0);
  return item;
}

function jobItem(job: Job): vscode.TreeItem {
  const { icon, color } = jobIcons[job.state];
  const item = new vscode.TreeItem(job.name);
  const detail = jobDetail(job);
  item.id = `job.${job.jobId}`;
  item.description = detail;
  item.iconPath = new vscode.ThemeIcon(icon, color ? new vscode.ThemeColor(color) : undefined);
  item.contextValue = job.state === 'running' || job.state === 'queued' ? 'job.active' : 'job.ended';
  item.tooltip = tooltip(job, detail);
  item.accessibilityInformation = { label: `Job ${job.name}, ${detail}${job.message ? `. ${job.message}` : ''}` };
  item.command = { command: 'benchmate.showJobLog', title: 'Show Job Log', arguments: [{ kind: 'job', job }] };
  return item;
}

function tooltip(job: Job, detail: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown('**').appendText(job.name).appendMarkdown('**  \n').appendText(detail);
  if (job.message) text.appendMarkdown('\n\n').appendText(job.message);
  text.appendMarkdown('\n\n').appendCodeblock([...job.command, ...overrides(job)].join(' '), 'shellscript');
  text.appendText(job.dir);
  return text;
}

const overrides = ({ params }: Job): string[] => Object.entries(params).map(([key, value]) => `--set ${key}=${value}`);
