import { spawn } from 'node:child_process';

export interface ToolResult {
  code: number;
  output: string;
}

/** Runs a program to its end without a shell; its output is kept, and also shown with `show`. Never rejects: a program that cannot be started has code 127. */
export function runTool(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; show?: boolean; signal?: AbortSignal } = {},
): Promise<ToolResult> {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      signal: options.signal,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const take = (chunk: Buffer, stream: NodeJS.WriteStream) => {
      output += chunk.toString();
      if (options.show) stream.write(chunk);
    };
    child.stdout.on('data', chunk => take(chunk as Buffer, process.stdout));
    child.stderr.on('data', chunk => take(chunk as Buffer, process.stderr));
    child.on('error', error => resolve({ code: 127, output: output + error.message }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), output }));
  });
}
