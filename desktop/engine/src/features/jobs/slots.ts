import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseGpuList, type Gpu } from './nvidia-smi.ts';

const run = promisify(execFile);

/** A place where one job can run at a time, and the environment that keeps the job to it. */
export interface Slot {
  id: string;
  env: Record<string, string>;
}

const cpuSlot: Slot = { id: 'cpu:0', env: {} };

/** One slot per GPU that this process may use, else one for the machine. */
export async function detectSlots(env: NodeJS.ProcessEnv = process.env): Promise<Slot[]> {
  const gpus = visible(await listGpus(), env.CUDA_VISIBLE_DEVICES);
  if (gpus.length === 0) return [cpuSlot];
  // By UUID: CUDA counts the fastest first, nvidia-smi by bus, so numbers may mean different cards.
  return gpus.map(({ uuid }) => ({ id: `gpu:${uuid}`, env: { CUDA_VISIBLE_DEVICES: uuid } }));
}

async function listGpus(): Promise<Gpu[]> {
  try {
    const { stdout } = await run(
      'nvidia-smi',
      ['--query-gpu=index,uuid,name,memory.total,memory.used,utilization.gpu', '--format=csv,noheader,nounits'],
      {
        timeout: 10_000,
        windowsHide: true,
      },
    );
    return parseGpuList(stdout);
  } catch {
    return []; // no driver, or one that does not answer
  }
}

/** An engine that was itself given some GPUs (by a scheduler, say) hands out only those. */
function visible(gpus: Gpu[], allowed: string | undefined): Gpu[] {
  if (allowed === undefined) return gpus;
  const names = allowed.split(',').map(name => name.trim());
  return gpus.filter(
    gpu => names.includes(String(gpu.index)) || names.some(name => name !== '' && gpu.uuid.startsWith(name)),
  );
}
