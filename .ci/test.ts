// npm test: sets up what is missing, builds, runs every test of every runner and ends with one line that counts them.
// `npm test -- unit integration` runs only the named groups.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildAll } from './build.ts';
import { ensureChromium } from './setup/browser.ts';
import { checkPrerequisites } from './setup/prerequisites.ts';
import { ensurePythonEnv } from './setup/python-env.ts';
import { root } from './setup/root.ts';
import { ensurePostgres, ensureRedis } from './setup/services.ts';
import { runTool } from './setup/run-tool.ts';
import { SetupError } from './setup/setup-error.ts';
import { countMocha, countUnittest, sum, type Count } from './test/count.ts';
import { countFiles, failedFiles, readReport, secondRun, type FileResult } from './test/vitest-report.ts';

const output = join(root, 'test-output');
const groups: Record<string, () => Promise<Count[]>> = {
  unit: () => vitest('unit'),
  python: async () => [await unittest('python'), await unittest('templates/tabular')],
  integration: () => vitest('integration'),
  browser: () => vitest('browser'),
  editor: async () => {
    const inHost = join(output, 'in-host.json');
    rmSync(inHost, { force: true });
    const windows = await vitest('editor');
    return existsSync(inHost) ? [...windows, countMocha(inHost)] : windows;
  },
  frameworks: () => vitest('frameworks'),
};
/** Not part of a plain `npm test`: an environment of 1.4 GB for a minute of tests. `npm run test:frameworks` runs it. */
const onlyWhenAsked = ['frameworks'];
/** More files than so many fail of a defect. */
const mostRunAgain = 4;
const passedLate: string[] = [];
const oneFailure = (name: string): Count => ({ passed: 0, failed: 1, skipped: 0, failures: [name] });

try {
  const chosen = process.argv.slice(2);
  const unknown = chosen.filter(name => !(name in groups));
  if (unknown.length > 0)
    throw new SetupError(
      `There is no group of tests named ${unknown.join(', ')}: choose from ${Object.keys(groups).join(', ')}.`,
    );
  const names = chosen.length > 0 ? chosen : Object.keys(groups).filter(name => !onlyWhenAsked.includes(name));
  mkdirSync(output, { recursive: true });
  await setUp(names);
  const counts: Count[] = [];
  for (const name of names) {
    const started = performance.now();
    const count = sum(await groups[name]!());
    counts.push(count);
    console.log(
      `${name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped (${((performance.now() - started) / 1000).toFixed(0)} s)\n`,
    );
  }
  const { passed, failed, skipped, failures } = sum(counts);
  for (const name of passedLate) console.log(`passed the second time only: ${name}`);
  for (const name of failures) console.log(`failed: ${name}`);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** What does not wait for each other at the same time: much of it is fetched. */
async function setUp(names: readonly string[]): Promise<void> {
  await checkPrerequisites({ freeBytes: 2 * 2 ** 30 });
  const wants = (...groups: string[]) => groups.some(group => names.includes(group));
  const environments = async () => {
    if (names.some(name => name !== 'unit'))
      await ensurePythonEnv('mlflow', join(root, 'test/support/requirements-mlflow.txt'));
    if (wants('integration')) await ensurePythonEnv('s3', join(root, 'test/support/requirements-s3.txt'));
    if (wants('integration'))
      await ensurePythonEnv('hugging-face', join(root, 'test/support/requirements-hugging-face.txt'));
    if (wants('browser')) await ensurePythonEnv('pycrdt', join(root, 'test/support/requirements-pycrdt.txt'));
  };
  // Before the tests, which run two at a time: apt installs one thing at a time. Without the first two their tests are skipped.
  const systemPackages = async () => {
    if (wants('integration')) {
      await ensurePostgres();
      await ensureRedis();
    }
    if (wants('browser', 'editor')) await ensureChromium();
  };
  const editor = async () => {
    if (wants('editor')) await (await import('./setup-editor.mjs')).ensureEditor();
  };
  const build = () => buildAll(target => console.log(`Building ${target} …`));
  await Promise.all([environments(), systemPackages(), editor(), build()]);
}

/**
 * Runs a project's files. The few that failed run once more with the machine to themselves and the same seeds: a defect fails
 * again, what two files did to each other's timing does not, and is named at the end.
 */
async function vitest(project: string): Promise<Count[]> {
  const first = await runVitest(project, `vitest-${project}`);
  if (first.files.length === 0) return [oneFailure(`${project}: wrote no report`)];
  const failed = failedFiles(first.files);
  // An error outside any test (an unhandled rejection, a teardown) fails the run without failing a test.
  if (first.strayed || (first.code !== 0 && failed.length === 0))
    return [countFiles(first.files), oneFailure(`${project}: an error outside any test`)];
  if (failed.length === 0 || failed.length > mostRunAgain) return [countFiles(first.files)];
  console.log(`Once more, one at a time: ${failed.map(({ name }) => relative(root, name)).join(', ')}`);
  const names = failed.map(({ name }) => name);
  const again = await runVitest(project, `vitest-${project}-again`, ['--maxWorkers=1', ...names]);
  const { files, onlyOnce } = secondRun(first.files, again.files);
  passedLate.push(...onlyOnce);
  const outside = again.strayed || (again.code !== 0 && failedFiles(again.files).length === 0);
  return [countFiles(files), ...(outside ? [oneFailure(`${project}: an error outside any test`)] : [])];
}

async function runVitest(project: string, name: string, more: readonly string[] = []) {
  const report = join(output, `${name}.json`);
  rmSync(report, { force: true });
  const options = ['--config', '.ci/vitest.config.ts', '--reporter=default', '--reporter=json'];
  const args = ['run', ...options, `--outputFile.json=${report}`, '--project', project, ...more];
  const { code, output: said } = await runTool(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), ...args],
    { cwd: root, show: true, env: { BENCHMATE_TEST_BUILT: '1' } },
  );
  const files: FileResult[] = existsSync(report) ? readReport(report) : [];
  return { code, files, strayed: said.includes(' Unhandled Errors ') };
}

async function unittest(folder: string): Promise<Count> {
  const python = await ensurePythonEnv('mlflow', join(root, 'test/support/requirements-mlflow.txt'));
  const start = existsSync(join(root, folder, 'tests')) ? 'tests' : '.';
  const result = await runTool(python, ['-m', 'unittest', 'discover', '-s', start, '-t', '.'], {
    cwd: join(root, folder),
    show: true,
  });
  return countUnittest(result.output);
}
