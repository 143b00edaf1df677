import * as vscode from 'vscode';
import type { Job } from '@benchmate/shared/domain/job';
import type { Commands, Part } from '../../host/part.ts';
import { JobLog } from './job-log.ts';
import { jobDetail } from './job-rows.ts';
import { JobTree, type JobNode } from './job-tree.ts';

/** The Jobs view, stopping a job and following its output. */
export function startJobs(part: Part): { commands: Commands; showLog: (job: Job) => void } {
  const { context, engine } = part;
  const tree = new JobTree(part);
  const view = vscode.window.createTreeView('benchmate.jobs', { treeDataProvider: tree });
  const terminals = new Map<string, vscode.Terminal>();
  context.subscriptions.push(
    view,
    tree.onDidChangeTreeData(() => (view.badge = badge(tree.running))),
    vscode.window.onDidCloseTerminal(closed => {
      for (const [jobId, terminal] of terminals) if (terminal === closed) terminals.delete(jobId);
    }),
  );

  const showLog = (job: Job) => {
    const terminal =
      terminals.get(job.jobId) ??
      vscode.window.createTerminal({
        name: job.name,
        iconPath: new vscode.ThemeIcon('beaker'),
        pty: new JobLog(engine, job.jobId),
        isTransient: true,
      });
    terminals.set(job.jobId, terminal);
    terminal.show(true);
  };

  return {
    showLog,
    commands: {
      showJobLog: async (node?: JobNode) => {
        if (!node) await engine.session();
        const job = node?.job ?? (await choose('Show the log of which job?', tree.all(), 'No job has run here yet.'));
        if (job) showLog(job);
      },
      cancelJob: async (node?: JobNode) => {
        const { client } = await engine.session();
        const active = tree.all().filter(({ state }) => state === 'running' || state === 'queued');
        const job = node?.job ?? (await choose('Stop which job?', active, 'No job is running or queued.'));
        if (!job) return;
        await client.jobs.cancel.mutate({ jobId: job.jobId });
      },
    },
  };
}

async function choose(title: string, jobs: Job[], none: string): Promise<Job | undefined> {
  if (jobs.length === 0) return void vscode.window.showInformationMessage(none);
  const items = jobs.map(job => ({ label: job.name, description: jobDetail(job), job }));
  return (await vscode.window.showQuickPick(items, { title }))?.job;
}

const badge = (running: number): vscode.ViewBadge | undefined =>
  running > 0
    ? { value: running, tooltip: running === 1 ? '1 job is running' : `${running} jobs are running` }
    : undefined;
