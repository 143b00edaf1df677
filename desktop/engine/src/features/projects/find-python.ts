import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { runTool } from './run-tool.ts';

const least = [3, 10] as const;

/** argv of a Python that is new enough: `BENCHMATE_PYTHON`, else the first that fits on PATH. TOOL_MISSING without one. */
export async function findPython(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  const chosen = env['BENCHMATE_PYTHON'];
  const candidates = chosen ? [[chosen]] : [['python3'], ['python'], ['py', '-3']];
  const seen: string[] = [];
  for (const argv of candidates) {
    const result = await runTool([...argv, '-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
    const [major = 0, minor = 0] = (result?.lines.at(-1) ?? '').split('.').map(Number);
    if (result?.status !== 0 || !major) continue;
    if (major === least[0] && minor >= least[1]) return argv;
    seen.push(`${argv[0]} is ${major}.${minor}`);
  }
  const found = seen.length > 0 ? ` (${seen.join(', ')})` : chosen ? ` (${chosen} does not run)` : '';
  throw new BenchmateError(
    'TOOL_MISSING',
    `Python ${least.join('.')} or newer was not found${found}.`,
    'Install Python, or set BENCHMATE_PYTHON to its path.',
  );
}

/** argv of `uv`: `BENCHMATE_UV`, else the one on PATH; null without one. */
export async function findUv(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const uv = env['BENCHMATE_UV'] ?? 'uv';
  const result = await runTool([uv, '--version']);
  return result?.status === 0 ? uv : null;
}
