import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { linuxStat } from './process-identity.ts';

/** The processes of one job: those of the session that its first process leads. */
export interface Tree {
  /** First process of the job, which leads its own process group and session; null when it is not known. */
  pid: number | null;
  /** With it, processes that left the session are found by their environment (Linux). */
  jobId?: string;
}

/** Asks every process of a job to end, and kills what is left after `graceMs`. Resolves when none is left. */
export async function endTree(tree: Tree, graceMs: number): Promise<void> {
  await signalTree(tree, 'SIGTERM');
  if (await emptyWithin(tree, graceMs)) return;
  for (let round = 0; round < 20; round++) {
    await signalTree(tree, 'SIGKILL'); // again each round: a process may have been forked while the list was read
    if (await emptyWithin(tree, 100)) return;
  }
}

async function emptyWithin(tree: Tree, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  for (;;) {
    if (treeIsEmpty(tree)) return true;
    if (performance.now() >= end) return false;
    await delay(50);
  }
}

export function treeIsEmpty(tree: Tree): boolean {
  if (process.platform === 'linux') return linuxMembers(tree).length === 0;
  if (tree.pid === null) return true;
  return !signal(process.platform === 'win32' ? tree.pid : -tree.pid, 0);
}

async function signalTree(tree: Tree, name: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (process.platform === 'linux') for (const pid of linuxMembers(tree)) signal(pid, name);
  if (tree.pid === null) return;
  if (process.platform === 'win32') {
    const force = name === 'SIGKILL' ? ['/f'] : [];
    const args = ['/pid', String(tree.pid), '/t', ...force];
    await new Promise<void>(resolve => {
      execFile('taskkill', args, { windowsHide: true }, () => resolve());
    });
    return;
  }
  if (process.platform !== 'linux') signal(-tree.pid, name);
}

function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function linuxMembers(tree: Tree): number[] {
  const members: number[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const stat = linuxStat(pid);
    if (stat && (stat.group === tree.pid || stat.session === tree.pid || carriesJob(pid, tree.jobId)))
      members.push(pid);
  }
  return members;
}

function carriesJob(pid: number, jobId: string | undefined): boolean {
  if (jobId === undefined) return false;
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0BENCHMATE_JOB_ID=${jobId}\0`);
  } catch {
    return false; // somebody else's process, or just gone
  }
}
