// The static gate: types, lint, layers, cycles, unused code, format. Runs everything, then says what failed.
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { importCycles } from './check/cycles.ts';
import { readImports } from './check/imports.ts';
import { layerViolations } from './check/layers.ts';
import { root } from './setup/root.ts';
import { runTool } from './setup/run-tool.ts';

const tool = (path: string, ...args: string[]) =>
  runTool(process.execPath, [join(root, 'node_modules', path), ...args], { cwd: root });

const imports = await readImports();
const steps: Record<string, () => Promise<string>> = {
  format: async () => failure(await tool('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.')),
  types: async () => {
    const projects = globSync('{.ci,*,desktop/*,desktop/cli/archive-page,shared/ui}/tsconfig*.json', {
      cwd: root,
      exclude: path => path.includes('node_modules'),
    });
    const results = await Promise.all(projects.map(project => tool('typescript/bin/tsc', '-p', project)));
    return results.map(failure).join('');
  },
  lint: async () => failure(await tool('oxlint/bin/oxlint', '--type-aware', '--deny-warnings')),
  layers: async () => layerViolations(imports).join('\n'),
  cycles: async () =>
    importCycles(imports)
      .map(knot => `These files import each other: ${knot.join(' → ')}`)
      .join('\n'),
  unused: async () => failure(await tool('knip/bin/knip.js', '--no-progress')),
};

let failed = 0;
for (const [name, run] of Object.entries(steps)) {
  const started = performance.now();
  const problems = (await run()).trim();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(problems ? `✗ ${name} (${seconds} s)\n${problems}\n` : `✓ ${name} (${seconds} s)`);
  if (problems) failed++;
}
console.log(failed === 0 ? 'All checks passed.' : `${failed} of ${Object.keys(steps).length} checks failed.`);
process.exitCode = failed === 0 ? 0 : 1;

function failure({ code, output }: { code: number; output: string }): string {
  return code === 0 ? '' : output || `exit code ${code}`;
}
