import { runTool, type ToolResult } from '../../.ci/setup/run-tool.ts';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A command of the documentation, `npm run <script> -- <args>`, as whoever types it gets it. Never rejects. */
export const npmRun = (script: string, ...args: readonly string[]): Promise<ToolResult> =>
  runTool('npm', ['run', script, '--', ...args], { cwd: root });
