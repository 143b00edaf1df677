import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ToolOptions {
  cwd?: string;
  /** Ends the tool. */
  signal?: AbortSignal;
  /** Every line of its output, both streams. */
  onLine?: (line: string) => void;
}

/** Null: there is no such program. Else its exit status (128 when a signal ended it) and the last 20 lines. */
export async function runTool(
  argv: readonly string[],
  { cwd, signal, onLine }: ToolOptions = {},
): Promise<{ status: number; lines: string[] } | null> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, {
    cwd,
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...process.env, PYTHONUNBUFFERED: '1', PIP_DISABLE_PIP_VERSION_CHECK: '1', UV_NO_PROGRESS: '1' },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', line => {
      if (!line.trim()) return;
      lines.push(line);
      if (lines.length > 20) lines.shift();
      onLine?.(line);
    });
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? resolve(null) : error.name === 'AbortError' ? undefined : reject(error),
    );
    child.on('close', status => resolve({ status: status ?? 128, lines }));
  });
}
