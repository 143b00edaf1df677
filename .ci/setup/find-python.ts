import { runTool } from './run-tool.ts';
import { SetupError } from './setup-error.ts';

const candidates = process.platform === 'win32' ? ['python', 'py', 'python3'] : ['python3', 'python'];

/** An interpreter of at least 3.10 that can make virtual environments: `BENCHMATE_PYTHON`, or the first on PATH. */
export async function findPython(): Promise<string> {
  const own = process.env.BENCHMATE_PYTHON;
  const seen: string[] = [];
  for (const candidate of own ? [own] : candidates) {
    const probe =
      'import sys, venv, ensurepip; print("%d.%d|%s" % (sys.version_info[0], sys.version_info[1], sys.executable))';
    const { code, output } = await runTool(candidate, ['-c', probe]);
    const found = /^(\d+)\.(\d+)\|(.+)$/m.exec(output);
    if (code === 0 && found && (Number(found[1]) > 3 || Number(found[2]) >= 10)) return found[3]!.trim();
    if (found) seen.push(`${candidate} is ${found[1]}.${found[2]}`);
    else if (output.includes('ensurepip')) seen.push(`${candidate} lacks the venv module (Debian: python3-venv)`);
  }
  const detail = seen.length > 0 ? ` (${seen.join('; ')})` : '';
  throw new SetupError(
    `Python 3.10 or newer with the venv module is needed to train models, and none was found on PATH${detail}. Install it, or set BENCHMATE_PYTHON to one.`,
  );
}
