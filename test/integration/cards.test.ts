import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { isRepositoryId } from '@benchmate/shared/cards/metadata-findings';
import { lintCard } from '@benchmate/shared/cards/lint-card';
import { licenceKind } from '@benchmate/shared/cards/licences';
import { cardFinding } from '@benchmate/shared/domain/card-finding';
import { parseModelCard } from '@benchmate/shared/formats/model-card';
import { readEndpoint } from '@benchmate/shared/node/find-engine';
import { applyEdits } from '@benchmate/shared/formats/text-edit';
import { commandLine } from '../support/command-line.ts';
import { huggingFacePython } from '../support/python.ts';

// A card from a run to other people's formats: new, lint, export, and huggingface_hub as the judge.
const home = mkdtempSync(join(tmpdir(), 'benchmate-cards-'));
const project = join(home, 'churn');
const card = join(project, 'MODEL_CARD.md');
const { ask, benchmate, refuse } = commandLine(home, project);
const read = () => readFileSync(card, 'utf8');
interface Judged {
  data?: Record<string, unknown>;
  results?: unknown[];
  error?: string;
}
const lint = z.object({ file: z.string(), findings: z.array(cardFinding) });
let python: string;

/** What huggingface_hub's ModelCard says of each card (its data and results, or the error that it refuses it with), and whether it takes each id of a repository. */
function huggingFace(texts: readonly string[], ids: readonly string[] = []): { cards: Judged[]; ids: boolean[] } {
  const program = `
import json, sys
from huggingface_hub import ModelCard
from huggingface_hub.utils import validate_repo_id
def judge(text):
    try:
        card = ModelCard(text)
        data = {key: value for key, value in card.data.to_dict().items() if key != 'model-index'}
        results = [[r.task_type, r.dataset_type, r.dataset_name, r.dataset_split, r.metric_type, r.metric_name, r.metric_value] for r in card.data.eval_results or []]
        return {'data': data, 'results': results}
    except Exception as error:
        return {'error': str(error)}
def valid(each):
    try: validate_repo_id(each)
    except Exception: return False
    return True
asked = json.load(sys.stdin)
print(json.dumps({'cards': [judge(each) for each in asked['texts']], 'ids': [valid(each) for each in asked['ids']]}, default=str))
`;
  const answer = execFileSync(python, ['-c', program], {
    input: JSON.stringify({ texts, ids }),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  return JSON.parse(answer) as ReturnType<typeof huggingFace>;
}

beforeAll(async () => {
  python = await huggingFacePython();
  mkdirSync(project);
  writeFileSync(join(project, 'benchmate.yaml'), 'id: churn-00000001\nname: churn\nmodel: churn-model\n');
  writeFileSync(join(project, 'params.yaml'), 'lr: 0.1\n');
  await ask(z.looseObject({}), ['engine', 'start']);
  const { url, token } = (await readEndpoint(join(home, 'ada')))!;
  const post = async (path: string, body: object): Promise<unknown> => {
    const response = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.status, path).toBe(200);
    return response.json();
  };
  await ask(z.looseObject({}), ['runs', 'list', '--limit', '1']); // the project is known
  const { experiment_id } = (await post('experiments/create', { name: 'churn' })) as { experiment_id: string };
  const { run } = (await post('runs/create', {
    experiment_id,
    run_name: 'tidy-otter',
    tags: [{ key: 'mlflow.source.git.commit', value: 'abc123' }],
  })) as { run: { info: { run_id: string } } };
  const run_id = run.info.run_id;
  const metrics = Object.entries({ val_acc: 0.894, test_f1: 0.81, emissions: 0.0021 }).map(([key, value]) => ({
    key,
    value,
    timestamp: 1,
    step: 1,
  }));
  const params = Object.entries({ lr: '0.1', 'data.name': 'churn-2026', noise: 'x' }).map(([key, value]) => ({
    key,
    value,
  }));
  await post('runs/log-batch', { run_id, metrics, params });
  await post('runs/update', { run_id, status: 'FINISHED', end_time: Date.now() });
});
afterAll(async () => {
  await benchmate(['engine', 'stop', '--force'], { cwd: home });
  rmSync(home, { recursive: true, force: true });
});

test('card new: what the run knows is in it, bound to the run; what people have to say is left open', async () => {
  const made = await ask(z.object({ file: z.string(), runId: z.string(), open: z.number() }), [
    'card',
    'new',
    '--from-run',
    'tidy-otter',
  ]);
  const text = read();
  expect(made.open).toBe(text.split('[More Information Needed]').length - 1);
  expect(made.open).toBeGreaterThan(3);
  expect(text).toContain(`value: 0.894 # run:${made.runId.slice(0, 8)}#val_acc\n`);
  expect(text).toMatch(/\| lr \| 0\.1 \|/);
  expect(text).not.toContain('noise');
  expect(parseModelCard(text).fields).toMatchObject({ datasets: ['churn-2026'], co2_eq_emissions: { emissions: 2.1 } });
  expect(huggingFace([text]).cards[0]).toMatchObject({
    data: { datasets: ['churn-2026'], co2_eq_emissions: { emissions: 2.1 } },
    results: expect.arrayContaining([
      ['other', 'churn-2026', 'churn-2026', 'validation', 'accuracy', 'val_acc', 0.894],
    ]),
  });
  expect(await refuse(['card', 'new', '--from-run', 'tidy-otter'])).toMatchObject({ code: 'ALREADY_EXISTS' });
});

test('card lint: right as made; a number that no longer fits is found, and its fix makes it right again', async () => {
  const { findings } = await ask(lint, ['card', 'lint']);
  expect([...new Set(findings.map(({ severity }) => severity))]).toEqual(['info']);
  writeFileSync(card, read().replace('value: 0.894', 'value: 0.91'));
  const { code, stdout } = await benchmate(['card', 'lint']);
  expect([code, stdout]).toEqual([
    1,
    expect.stringMatching(
      /^MODEL_CARD\.md:\d+:\d+ warning The card says 0\.91; the run tidy-otter logged val_acc = 0\.894\. .*Update to 0\.89/m,
    ),
  ]);
  const wrong = lint
    .parse(JSON.parse((await benchmate(['card', 'lint', '--json'])).stdout))
    .findings.find(({ rule }) => rule === 'claim-wrong');
  writeFileSync(card, applyEdits(read(), wrong!.fixes[0]!.edits));
  expect((await benchmate(['card', 'lint'])).code).toBe(0);
});

test('card export: valid by the official schemas, with the results of the card', async () => {
  writeFileSync(
    card,
    read()
      .replace(/^# license:.*$/m, 'license: apache-2.0\nbase_model: org/base')
      .replace(
        '# Model Card for churn-model\n\n[More Information Needed]',
        '# Model Card for churn-model\n\nPredicts who leaves.',
      ),
  );
  const exported = (format: string) => ask(z.looseObject({}), ['card', 'export', '--format', format]);

  const bom = await exported('cyclonedx');
  expect(bom).toMatchObject({
    metadata: {
      component: {
        name: 'churn-model',
        licenses: [{ license: { id: 'Apache-2.0' } }],
        description: 'Predicts who leaves.',
      },
    },
  });
  for (const version of [Spec.Version.v1dot6, Spec.Version.v1dot7]) {
    const text = JSON.stringify(bom).replaceAll('1.6', version);
    expect(await new Validation.JsonStrictValidator(version).validate(text), version).toBeNull();
  }
  expect(
    await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(
      JSON.stringify(bom).replace('modelCard', 'modellCard'),
    ),
  ).not.toBeNull();

  const google = await exported('google');
  expect(google).toMatchObject({
    model_details: { name: 'churn-model' },
    quantitative_analysis: {
      performance_metrics: expect.arrayContaining([
        { type: 'val_acc', value: '0.89', slice: 'churn-2026, validation' },
      ]),
    },
  });
  expect(errorsBy('google-model-card-0.0.2.schema.json', '', google)).toEqual([]);
  expect(errorsBy('google-model-card-0.0.2.schema.json', '', { ...google, model_details: { title: 'x' } })).not.toEqual(
    [],
  );

  const sagemaker = await exported('sagemaker');
  expect(sagemaker).toMatchObject({
    model_overview: { model_name: 'churn-model' },
    training_details: { training_job_details: { user_provided_hyper_parameters: [{ name: 'lr', value: '0.1' }] } },
  });
  expect(errorsBy('aws-sagemaker-modelcard.json', '#/definitions/Content', withAwsKeys(sagemaker))).toEqual([]);
  expect(
    errorsBy(
      'aws-sagemaker-modelcard.json',
      '#/definitions/Content',
      withAwsKeys({ ...sagemaker, model_overview: { title: 'x' } }),
    ),
  ).not.toEqual([]);
});

test('huggingface_hub refuses and takes what card lint does', () => {
  const index = (result: string) => `---\nlicense: mit\nmodel-index:\n- name: m\n  results:\n  - ${result}\n---\n# M\n`;
  const whole = 'task: {type: t}\n    dataset: {type: d, name: D}\n    metrics: [{type: f1, value: 0.5, name: F1}]';
  const broken = ['task: {type: t}', 'dataset: {type: d, name: D}'].map(part =>
    index(whole.replace(part, `${part.split(':')[0]}: {}`)),
  );
  const ids = [
    'mit',
    'org/name',
    'a/b/c',
    'a--b',
    'a..b',
    '-a',
    'a-',
    'a b',
    'x'.repeat(97),
    'a/b.git',
    '.a',
    'org/-a',
    'org/a_b.c',
  ];
  const judged = huggingFace([index(whole), ...broken], ids);
  expect(judged.cards[0]!.results).toEqual([['t', 'd', 'D', null, 'f1', 'F1', 0.5]]);
  const none = { recent: [], find: () => [] };
  const refused = (text: string) =>
    lintCard(text, { runs: none }).some(({ severity, rule }) => severity === 'error' && rule === 'model-index');
  expect([index(whole), ...broken].map(refused)).toEqual([false, true, true]);
  for (const { error } of judged.cards.slice(1)) expect(error).toMatch(/Invalid metadata|missing|type/i);
  expect(ids.map(id => [id, isRepositoryId(id)])).toEqual(ids.map((id, i) => [id, judged.ids[i]]));
  expect(['mit', 'cc-by-4.0', 'MIT', 'BSD-4-Clause', 'mine'].map(licenceKind)).toEqual([
    'hub',
    'hub',
    'spdx',
    'spdx',
    'unknown',
  ]);
});

/** Every object is closed: a schema that allows unknown keys would take misspelt ones. */
function errorsBy(file: string, pointer: string, document: unknown): unknown[] {
  const closed = (node: unknown): unknown => {
    if (Array.isArray(node)) return node.map(closed);
    if (node === null || typeof node !== 'object') return node;
    const inner = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
    return 'properties' in inner && inner.type === 'object' ? { ...inner, additionalProperties: false } : inner;
  };
  const text = readFileSync(new URL(`model-card-schemas/${file}`, import.meta.url), 'utf8').replaceAll(
    '"#definitions',
    '"#/definitions',
  );
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...(closed(JSON.parse(text)) as object), $id: file });
  ajv.validate({ $ref: `${file}${pointer}` }, document);
  return ajv.errors ?? [];
}

/** `model_overview` as CloudFormation writes it; keys of `custom_details` are people's. */
function withAwsKeys(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withAwsKeys);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key.replaceAll(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase()),
      key === 'custom_details' ? value : withAwsKeys(value),
    ]),
  );
}
