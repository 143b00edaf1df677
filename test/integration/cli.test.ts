import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { errorCodes } from '@benchmate/shared/errors/codes';
import { engineContract } from '@benchmate/shared/protocol/engine';
import { commandLine } from '../support/command-line.ts';
import { startProgram, type Program } from '../support/program.ts';
import { mlflowPython } from '../support/python.ts';
import { until } from '../support/until.ts';

const { runs, jobs, projects, registry, notes, reviews, team, system } = engineContract;

const home = mkdtempSync(join(tmpdir(), 'benchmate-cli-'));
const project = join(home, 'churn');
const { cli, benchmate, ask, refuse } = commandLine(home, project);
let server: Program<{ url: string }>;
beforeAll(async () => {
  mkdirSync(project);
  server = await startProgram('sync-server/src/main.ts', ['--data-dir', join(home, 'server')]);
});
afterAll(async () => {
  for (const as of ['ada', 'ben'] as const) await benchmate(['engine', 'stop', '--force'], { as, cwd: home });
  await server.stop();
  rmSync(home, { recursive: true, force: true });
});

test('help is no failure; a wrong option and a mistyped command are said in one form, with their exit code', async () => {
  const help = await benchmate(['registry', 'push', '--help']);
  expect([help.code, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toMatch(/\nExample:\n {2}benchmate registry push /);
  const { code, stderr } = await benchmate(['runs', 'list', '--nonsense']);
  expect([code, stderr]).toEqual([2, "Unknown option '--nonsense'.\n→ Add --help to see what is possible.\n"]);
  expect(await refuse(['runs', 'lst'])).toMatchObject({ code: 'BAD_REQUEST' });
});

describe('the main job', () => {
  let first: string;
  let second: string;

  test('new makes a project of a template', async () => {
    const made = await ask(projects.create.output, ['new', 'fresh', '--name', 'Fresh start'], { cwd: home });
    expect(made).toMatchObject({ name: 'Fresh start', dir: expect.stringMatching(/fresh$/) });
    expect(await refuse(['new', 'fresh'], { cwd: home })).toMatchObject({ code: 'ALREADY_EXISTS' });
    const template = ['id: churn-00000001', 'name: churn', 'train: [python, train.py]', 'primaryMetric: val_loss'];
    writeFileSync(join(project, 'benchmate.yaml'), `${template.join('\n')}\n`);
  });

  test('jobs train with the stock mlflow client, and runs come from them', async () => {
    writeFileSync(
      join(project, 'train.py'),
      [
        'import sys, mlflow',
        'params = dict(p.split("=", 1) for p in sys.argv[2::2])',
        'with mlflow.start_run():',
        '    mlflow.log_params({"lr": params["lr"], "epochs": 3})',
        '    for step in range(1, 4): mlflow.log_metric("val_loss", float(params["lr"]) / step, step=step)',
        '    mlflow.log_metric("broken", float("nan"))',
        'print("trained with", params["lr"])',
      ].join('\n'),
    );
    const python = await mlflowPython();
    const submit = ['jobs', 'submit', '--name', 'odd; $(name)', '--', python, 'train.py'];
    const job = await ask(jobs.submit.output, [...submit.slice(0, 2), '--set', 'lr=0.3', ...submit.slice(2)]);
    expect(job).toMatchObject({ projectId: 'churn-00000001', name: 'odd; $(name)', params: { lr: '0.3' } });
    const log = await ask(jobs.log.output, ['jobs', 'log', job.jobId.slice(0, 8), '--follow']);
    expect(log.text).toContain('trained with 0.3');
    expect(await ask(jobs.get.output, ['jobs', 'show', job.jobId])).toMatchObject({
      state: 'succeeded',
      progress: { done: 3, total: 3 },
    });
    const followed = await benchmate(['jobs', 'submit', '--set', 'lr=0.1', '--follow', ...submit.slice(2)]);
    expect([followed.code, followed.stdout]).toEqual([0, expect.stringContaining('trained with 0.1')]);
    const listed = await ask(jobs.list.output, ['jobs', 'list', '--limit', '1']);
    const page = await ask(runs.list.output, ['runs', 'list']);
    expect(page).toMatchObject({
      total: 2,
      runs: [{ jobId: listed[0]!.jobId, projectId: 'churn-00000001' }, { jobId: job.jobId }],
    });
    [second, first] = page.runs.map(({ runId }) => runId) as [string, string];
  });

  test('a failing job makes `--follow` fail, and a running one can be cancelled', async () => {
    const node = ['--', process.execPath, '-e'];
    const failing = await benchmate(['jobs', 'submit', '--follow', ...node, 'process.exit(5)']);
    expect([failing.code, failing.stderr]).toEqual([1, expect.stringContaining('exit code 5')]);
    const job = await ask(jobs.submit.output, [
      'jobs',
      'submit',
      ...node,
      'console.log("up"); setInterval(() => {}, 999)',
    ]);
    await until(async () => (await ask(jobs.log.output, ['jobs', 'log', job.jobId])).text === 'up\n');
    await ask(jobs.cancel.output, ['jobs', 'cancel', job.jobId]);
    await until(async () => (await ask(jobs.get.output, ['jobs', 'show', job.jobId])).state === 'cancelled');
  });

  test('Ctrl+C stops following and leaves the job alone', async () => {
    const { jobId } = await ask(jobs.submit.output, [
      'jobs',
      'submit',
      '--',
      process.execPath,
      '-e',
      'console.log("up"); setTimeout(() => {}, 4000)',
    ]);
    const child = spawn(process.execPath, [cli, 'jobs', 'log', jobId, '--follow'], {
      env: { ...process.env, BENCHMATE_DATA_DIR: join(home, 'ada') },
    });
    let stderr = '';
    child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(errorCodes.CANCELLED.exit);
    expect(stderr).not.toContain('    at '); // no stack
    expect((await ask(jobs.get.output, ['jobs', 'show', jobId])).state).toBe('running');
  });

  test('runs are shown, pinned and compared; NaN stays NaN', async () => {
    const run = await ask(runs.get.output, ['runs', 'show', second.slice(0, 6)]);
    expect(run).toMatchObject({ runId: second, metrics: { broken: { value: 'NaN' }, val_loss: { step: 3 } } });
    expect(await refuse(['diff', second])).toMatchObject({
      code: 'NOT_FOUND',
      nextStep: expect.stringContaining('runs pin'),
    });
    expect(await ask(projects.pinBaseline.output, ['runs', 'pin', first])).toMatchObject({ baselineRunId: first });
    const value = z.object({ value: z.union([z.number(), z.string(), z.null()]), verdict: z.string() });
    const comparison = z.object({
      params: z.array(z.object({ key: z.string(), values: z.array(z.string().nullable()) })),
      metrics: z.array(z.object({ key: z.string(), values: z.array(value) })),
      best: z.string().nullable(),
    });
    for (const args of [
      ['diff', second],
      ['diff', second, first],
      ['runs', 'compare', second, first],
    ]) {
      const result = await ask(comparison, args);
      expect(result).toMatchObject({ best: second, params: [{ key: 'lr', values: ['0.3', '0.1'] }] });
      expect(result.metrics.find(({ key }) => key === 'val_loss')!.values[1]!.verdict).toBe('better');
      expect(result.metrics.find(({ key }) => key === 'broken')!.values[1]!.value).toBe('NaN');
    }
    const table = await benchmate(['runs', 'list']);
    expect(table.stdout).toMatch(/\(baseline\).*✓ finished +0\.1/);
    expect(table.stdout).toMatch(/▲ −0\.06667/);
    expect((await benchmate(['runs', 'list'], { env: { FORCE_COLOR: '1', NO_COLOR: '' } })).stdout).toContain(
      '\u001b[',
    );
    expect((await benchmate(['runs', 'list'], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout).not.toContain(
      '\u001b',
    );
  });

  test('an unknown run is said in a sentence with the next step, and exit code 4', async () => {
    const { code, stdout, stderr } = await benchmate(['runs', 'show', 'no-such-run']);
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toMatch(/^There is no run 'no-such-run'\.\n→ .+\n$/);
    expect(await refuse(['runs', 'show', 'no-such-run'])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refuse(['jobs', 'log', 'no-such-job'])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refuse(['notes', 'show', 'no-such-note'])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refuse(['review', 'reply', 'none', '--body', 'x'])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refuse(['runs', 'list', '--project', 'no-such-project'])).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refuse(['notes', 'new', 'A'], { cwd: home })).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('the model card is compared with git, by meaning', async () => {
    const git = async (...args: string[]) => {
      const child = spawn('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], {
        cwd: project,
      });
      expect(await once(child, 'exit')).toEqual([0, null]);
    };
    const shape = z.object({
      empty: z.boolean(),
      flagged: z.array(z.object({ key: z.string() })),
      sections: z.array(z.unknown()),
    });
    writeFileSync(join(project, 'MODEL_CARD.md'), '---\nlicense: mit\n---\n# Churn\n\nPredicts churn well.\n');
    expect(await refuse(['card', 'diff'])).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('git'),
    });
    await git('init', '-q');
    await git('add', 'MODEL_CARD.md');
    await git('commit', '-qm', 'A card');
    expect(await ask(shape, ['card', 'diff'])).toMatchObject({ empty: true });
    writeFileSync(join(project, 'MODEL_CARD.md'), '---\nlicense: apache-2.0\n---\n# Churn\n\nPredicts churn badly.\n');
    expect(await ask(shape, ['card', 'diff', 'MODEL_CARD.md', '--from', 'HEAD'])).toMatchObject({
      empty: false,
      flagged: [{ key: 'license' }],
    });
    const text = await benchmate(['card', 'diff']);
    expect(text.stdout).toContain('! license changed: mit → apache-2.0');
    expect(await refuse(['card', 'diff', '--from', '--output=x'])).toMatchObject({ code: 'NOT_FOUND' });
    const updated = await ask(shape.extend({ results: z.array(z.unknown()) }), [
      'card',
      'update',
      second,
      '--metric',
      'val_loss',
    ]);
    expect(updated.results.length + updated.sections.length).toBeGreaterThan(0);
    const card = readFileSync(join(project, 'MODEL_CARD.md'), 'utf8');
    expect(card).toContain('Predicts churn badly.');
    expect(card).toContain('val_loss');
    expect(await ask(shape, ['card', 'update', second, '--metric', 'val_loss'])).toMatchObject({ empty: true });
  });

  test('env speaks to each shell, and a value cannot break out of its quotes', async () => {
    const variables = z.object({ MLFLOW_TRACKING_URI: z.url(), MLFLOW_TRACKING_TOKEN: z.string().min(40) });
    const env = await ask(variables, ['env']);
    const sh = await benchmate(['env', '--shell', 'sh']);
    const child = spawn('sh', [
      '-c',
      `${sh.stdout}\nprintf '%s %s %s' "$MLFLOW_TRACKING_URI" "$MLFLOW_TRACKING_TOKEN" "$MLFLOW_EXPERIMENT_NAME"`,
    ]);
    const [seen] = (await once(child.stdout, 'data')) as [Buffer];
    expect(seen.toString()).toBe(`${env.MLFLOW_TRACKING_URI} ${env.MLFLOW_TRACKING_TOKEN} churn`);
    const first = async (shell: string) => (await benchmate(['env', '--shell', shell])).stdout.split('\n')[0];
    expect(await first('fish')).toBe(`set -gx MLFLOW_TRACKING_URI '${env.MLFLOW_TRACKING_URI}'`);
    expect(await first('powershell')).toBe(`$env:MLFLOW_TRACKING_URI = '${env.MLFLOW_TRACKING_URI}'`);
    expect(await first('cmd')).toBe(`set "MLFLOW_TRACKING_URI=${env.MLFLOW_TRACKING_URI}"`);
    expect(await refuse(['env', '--shell', 'tcsh'])).toMatchObject({ code: 'BAD_REQUEST' });
  });

  test('companion gives a link whose secret stands in the fragment', async () => {
    const { url } = await ask(system.companionLink.output, ['companion']);
    expect(new URL(url).hash.length).toBeGreaterThan(20);
    expect(new URL(url).search).toBe('');
    const sent = await ask(system.companionLink.output, [
      'companion',
      'vscode://benchmate.benchmate/models/churn~2Eeu/v9',
    ]);
    expect(new URL(sent.url).hash).toMatch(/^#[\w-]{20,}\/models\/churn\.eu\/v9$/);
    expect(await refuse(['companion', 'vscode://benchmate.benchmate/command:benchmate.join'])).toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  test('notes and review threads are written and read', async () => {
    const note = await ask(notes.create.output, ['notes', 'new', 'Why', '--body', 'First.']);
    expect((await ask(notes.write.output, ['notes', 'write', 'Why', '--file', '-'], { input: 'Second.' })).body).toBe(
      'Second.',
    );
    expect((await ask(notes.get.output, ['notes', 'show', note.noteId.slice(0, 6)])).body).toBe('Second.');
    expect(await ask(notes.list.output, ['notes', 'list'])).toMatchObject([{ title: 'Why' }]);
    const comment = ['review', 'comment', 'MODEL_CARD.md', '--quote', 'churn badly', '--body', 'On which split?'];
    const { threadId } = await ask(reviews.start.output, comment);
    expect(await ask(reviews.reply.output, ['review', 'reply', threadId.slice(0, 6), '--body', 'Test.'])).toMatchObject(
      {
        anchor: { quote: 'churn badly' },
        comments: [{ body: 'On which split?' }, { body: 'Test.' }],
      },
    );
    expect(await ask(reviews.threads.output, ['review', 'threads', 'MODEL_CARD.md'])).toHaveLength(1);
    expect((await ask(reviews.resolve.output, ['review', 'resolve', threadId])).resolved).toBe(true);
    expect(await ask(reviews.threads.output, ['review', 'threads'])).toHaveLength(0);
    expect(await refuse(['review', 'comment', 'MODEL_CARD.md', '--quote', 'not there', '--body', 'x'])).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('a thread can be about a cell, a column, a stretch of a metric, and is listed where that is', async () => {
    const comment = (...args: string[]) => ['review', 'comment', ...args, '--body', 'Why?'];
    const cells = ['import x', 'y = x.mean()'].map((source, index) => ({ id: 'ab'[index], source }));
    writeFileSync(join(project, 'look.ipynb'), JSON.stringify({ nbformat: 4, nbformat_minor: 5, cells }));
    writeFileSync(join(project, 'data.csv'), 'id,age\n1,40\n');
    const begin = async (...args: string[]) => (await ask(reviews.start.output, comment(...args))).anchor;
    expect(await begin('look.ipynb', '--cell', '2')).toMatchObject({
      kind: 'cell',
      cellId: 'b',
      quote: 'y = x.mean()',
    });
    expect(await begin('data.csv', '--column', 'age')).toMatchObject({ kind: 'column', column: 'age' });
    expect(await begin('--run', first, '--metric', 'val_loss', '--steps', '2..3')).toMatchObject({
      kind: 'metric',
      runId: first,
      steps: { from: 2, to: 3 },
    });
    expect(await refuse(comment('--run', first, '--metric', 'acc'))).toMatchObject({
      message: expect.stringMatching(/ has no metric acc\.$/),
      nextStep: expect.stringMatching(/^Name one with --metric: .*val_loss/),
    });
    expect(await refuse(comment('data.csv', '--column', 'sex'))).toMatchObject({ nextStep: 'It has id, age.' });
    writeFileSync(join(project, 'data.csv'), 'id\n1\n');
    const { stdout } = await benchmate(['review', 'threads']);
    for (const line of ['look.ipynb, cell 2', 'data.csv, column age', 'The text it was about is gone', 'steps 2 to 3'])
      expect(stdout).toContain(line);
    for (const { threadId } of await ask(reviews.threads.output, ['review', 'threads']))
      await ask(reviews.resolve.output, ['review', 'resolve', threadId]);
  });

  test('two people: invite, join, approve, promote, sync', async () => {
    const ben = { as: 'ben' as const, cwd: home };
    expect(await refuse(['invite'])).toMatchObject({ code: 'OFFLINE' });
    await ask(team.connect.output, ['sync', 'connect', server.announced.url]);
    expect(await refuse(['invite', '--role', 'king'])).toMatchObject({ code: 'BAD_REQUEST' });
    const { link } = await ask(team.invite.output, ['invite', '--role', 'reviewer', '--hours', '1']);
    const joined = await ask(team.join.output, ['join', '-', '--name', 'Ben'], { ...ben, input: `${link}\n` });
    expect(joined.me.name).toBe('Ben');
    await until(async () => (await ask(team.state.output, ['team'])).members.length === 2);
    expect((await ask(team.rename.output, ['team', '--name', 'Ada'])).me.name).toBe('Ada');

    await ask(registry.register.output, ['registry', 'register', 'churn', '--run', first, '--description', 'first']);
    const onVersion = ['review', 'comment', '--model', 'churn', '--version', '1', '--body', 'On which data?'];
    expect((await ask(reviews.start.output, onVersion)).anchor).toMatchObject({ kind: 'model', quote: 'churn v1' });
    await ask(registry.setPolicy.output, ['registry', 'policy', 'champion', '1']);
    expect(await ask(registry.policies.output, ['registry', 'policy'])).toEqual({ champion: 1 });
    const policies = join(project, 'policies.yaml');
    expect(await refuse(['policy', 'check'])).toMatchObject({ code: 'NOT_FOUND' });
    writeFileSync(policies, 'aliases:\n  champion:\n    approvals: 2\n');
    expect((await refuse(['policy', 'check'])).message).toContain('champion asks for 1, the file for 2');
    expect(await refuse(['policy', 'apply'])).toMatchObject({ code: 'CONFLICT' });
    await ask(z.unknown(), ['policy', 'apply', '--uncommitted']);
    writeFileSync(policies, 'aliases:\n  champion:\n    approvals: 1\n');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd: project });
    git('add', 'policies.yaml');
    git('commit', '-qm', 'Two people for the champion');
    const { from } = await ask(z.object({ from: z.string() }), ['policy', 'apply']);
    expect(from).toMatch(/^policies\.yaml at [0-9a-f]{12}$/);
    expect(await ask(z.object({ differences: z.array(z.unknown()) }), ['policy', 'check'])).toEqual({
      differences: [],
    });
    expect(await ask(registry.policies.output, ['registry', 'policy'])).toEqual({ champion: 1 });
    expect(await refuse(['registry', 'approve', 'churn', '1'])).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refuse(['registry', 'promote', 'churn', '1', 'champion'])).toMatchObject({ code: 'NEEDS_APPROVAL' });
    await until(async () => (await ask(registry.list.output, ['registry', 'list'], ben)).length === 1);
    await ask(registry.approve.output, ['registry', 'approve', 'churn', 'v1', '--comment', 'Good'], ben);
    await until(async () => {
      const model = await ask(registry.get.output, ['registry', 'show', 'churn']);
      return model.versions[0]!.approvals.length === 1;
    });
    const model = await ask(registry.promote.output, ['registry', 'promote', 'churn', '1', 'champion']);
    expect(model.aliases).toMatchObject([{ alias: 'champion', contested: false }]);
    expect((await benchmate(['registry', 'show', 'churn'])).stdout).toMatch(/v1 +champion +✓ Ben/);
    expect((await ask(registry.history.output, ['registry', 'history', 'churn'])).length).toBeGreaterThanOrEqual(3);
    const { code } = await refuse(['registry', 'resolve', 'churn', 'champion', '1', '--reason', 'none']);
    expect(['BAD_REQUEST', 'CONFLICT', 'NOT_FOUND']).toContain(code);

    const status = team.state.output.shape.sync;
    expect((await ask(team.setPaused.output, ['sync', 'pause'])).sync.state).toBe('paused');
    expect((await ask(status, ['sync', 'status'])).state).toBe('paused');
    await ask(team.setPaused.output, ['sync', 'resume']);
    await until(async () => (await ask(status, ['sync', 'status'])).state === 'online');
  });

  test('no secret is in what the engine logs, nor in what commands about it print', async () => {
    const { token } = JSON.parse(readFileSync(join(home, 'ada', 'endpoint.json'), 'utf8')) as { token: string };
    const shown = [await benchmate(['engine', 'status', '--json']), await benchmate(['engine', 'start'])];
    expect(JSON.stringify(shown)).not.toContain(token);
    const logs = readdirSync(join(home, 'ada', 'logs')).map(name =>
      readFileSync(join(home, 'ada', 'logs', name), 'utf8'),
    );
    expect(logs.join('')).toContain('engine is ready');
    expect(logs.join('')).not.toContain(token);
    expect(logs.join('')).not.toMatch(/job\.[0-9a-f]{12}\.[\w-]{20}/);
  });
});
