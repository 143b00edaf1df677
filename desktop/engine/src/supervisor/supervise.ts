import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { processStart } from './process-identity.ts';
import { endTree, treeIsEmpty } from './process-tree.ts';
import { jobFiles, SpoolWriter, type JobFile, type SpoolEvent } from './spool.ts';

const cancelGraceMs = 5000;
const leftoverGraceMs = 2000;

interface Ending {
  code: number | null;
  signal: string | null;
}

/** Runs the job of a folder from claim to exit event. Does nothing when another supervisor has claimed it. */
export async function supervise(folder: string): Promise<void> {
  const files = jobFiles(folder);
  let spool: SpoolWriter;
  try {
    spool = new SpoolWriter(files.spool);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  try {
    spool.append({ at: Date.now(), type: 'supervised', pid: process.pid, start: await processStart(process.pid) });
  } catch (error) {
    rmSync(files.spool); // nothing was started, and the claim must not outlive us
    throw error;
  }
  const cancelled = cancelRequest(files.cancel);
  try {
    if (cancelled.now()) return spool.append(notStarted('cancelled', ''));
    const job = JSON.parse(readFileSync(files.job, 'utf8')) as JobFile;
    rmSync(files.job); // it holds the job's token and is not needed any more
    await runCommand(job, files.output, spool, cancelled);
  } finally {
    cancelled.stop();
    spool.close();
  }
}

async function runCommand(job: JobFile, output: string, spool: SpoolWriter, cancelled: CancelRequest): Promise<void> {
  if (!isFolder(job.dir)) return spool.append(notStarted('dir-missing', job.dir));
  let child: ChildProcess;
  try {
    child = await start(job, output);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'command-missing' : code === 'EACCES' ? 'not-executable' : (code ?? 'unknown');
    return spool.append(notStarted(reason, code === 'ENOENT' || code === 'EACCES' ? job.argv[0] : message));
  }
  const exited = new Promise<Ending>(resolve => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const pid = child.pid!;
  spool.append({ at: Date.now(), type: 'started', pid, start: await processStart(pid) });

  const ending = await Promise.race([exited, cancelled.asked]);
  if (ending === 'cancel') {
    spool.append({ at: Date.now(), type: 'cancelling' });
    await endTree({ pid, jobId: job.jobId }, cancelGraceMs);
    await appendWhenPossible(spool, { type: 'exit', ...(await exited), cancelled: true, at: Date.now() });
    return;
  }
  const at = Date.now();
  // A job ends with what it left running in its session, else it would go on holding the device of the next one.
  if (process.platform !== 'win32' && !treeIsEmpty({ pid })) await endTree({ pid }, leftoverGraceMs);
  await appendWhenPossible(spool, { type: 'exit', ...ending, cancelled: false, at });
}

/** Resolves once the command runs. Its output goes straight to the file, so it needs no reader, and order is that of arrival. */
function start(job: JobFile, output: string): Promise<ChildProcess> {
  const log = openSync(output, 'a', 0o600);
  const { ELECTRON_RUN_AS_NODE: _, ...inherited } = process.env;
  const env = { ...inherited, PYTHONUNBUFFERED: '1', ...job.env };
  return new Promise<ChildProcess>((resolve, reject) => {
    const [command, ...args] = job.argv;
    const child = spawn(command, args, {
      cwd: job.dir,
      env,
      stdio: ['ignore', log, log],
      detached: true, // an own session and process group: the whole of it can be ended
      windowsHide: true,
      shell: false,
    });
    child.once('error', reject);
    child.once('spawn', () => resolve(child));
  }).finally(() => closeSync(log));
}

/** The exit must not be forgotten because the disk is full just then. */
async function appendWhenPossible(spool: SpoolWriter, event: SpoolEvent): Promise<void> {
  for (;;) {
    try {
      return spool.append(event);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
      await delay(1000);
    }
  }
}

interface CancelRequest {
  asked: Promise<'cancel'>;
  now: () => boolean;
  stop: () => void;
}

/** By the file, which works on every system and while no engine runs; or by a signal, which is faster. */
function cancelRequest(file: string): CancelRequest {
  const { promise: asked, resolve } = Promise.withResolvers<'cancel'>();
  const ask = () => resolve('cancel');
  const timer = setInterval(() => existsSync(file) && ask(), 500);
  process.on('SIGTERM', ask);
  process.on('SIGINT', ask);
  process.on('SIGHUP', () => {}); // the terminal that the engine was started from has closed
  return { asked, now: () => existsSync(file), stop: () => clearInterval(timer) };
}

const notStarted = (reason: string, detail: string): SpoolEvent => ({
  at: Date.now(),
  type: 'not-started',
  reason,
  detail,
});

function isFolder(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
