import { stringify } from 'yaml';
import type { Run } from '../domain/run.ts';
import type { MetricDirection } from '../domain/metric.ts';
import { parseModelCard } from '../formats/model-card.ts';
import { matchResults } from '../formats/model-index-edit.ts';
import { applyEdits } from '../formats/text-edit.ts';
import { updateCardFromRun } from '../formats/update-card-from-run.ts';
import { readClaims } from './claims.ts';
import { runReference } from './run-reference.ts';

type RunFacts = Pick<Run, 'runId' | 'name' | 'metrics' | 'params' | 'tags' | 'startTime' | 'endTime'>;

export interface NewCardOptions {
  model: string;
  directions?: Readonly<Record<string, MetricDirection>>;
  /** Params to list, such as the keys of params.yaml; without it, all that the run logged. */
  paramKeys?: readonly string[];
}

const todo = '[More Information Needed]';

/**
 * A first card from a run: its metrics as results bound to it, its params, its data, its environment, and CO2 where CodeCarbon or the
 * like logged it. What people have to say stands as `[More Information Needed]`, which `card lint` counts. The licence is not guessed.
 */
export function newCard(run: RunFacts, { model, directions = {}, paramKeys }: NewCardOptions): string {
  const dataset = run.params['data.name'] ?? run.params.dataset;
  const emissions = emissionsOf(run);
  const fields = {
    ...(libraryOf(run) && { library_name: libraryOf(run) }),
    ...(dataset && { datasets: [dataset] }),
    ...(emissions !== null && { co2_eq_emissions: { emissions, source: 'logged by the run' } }),
  };
  const yaml = `# license: see https://huggingface.co/docs/hub/repositories-licenses\n${Object.keys(fields).length > 0 ? stringify(fields) : ''}`;
  const card = `---\n${yaml}---\n\n${body(run, model, dataset, emissions)}`;
  const written = updateCardFromRun(card, run, { directions, model, ...(paramKeys ? { paramKeys } : {}) });
  return bindResults(written, run);
}

function body(run: RunFacts, model: string, dataset: string | undefined, emissions: number | null): string {
  const minutes = run.endTime === null ? null : (run.endTime - run.startTime) / 60_000;
  const commit = run.tags['mlflow.source.git.commit'];
  const facts = [
    ...(commit ? [`- **Code:** commit \`${commit.slice(0, 40)}\``] : []),
    ...(run.tags['mlflow.source.name'] ? [`- **Program:** \`${oneLine(run.tags['mlflow.source.name'])}\``] : []),
    ...(minutes === null
      ? []
      : [`- **Training time:** ${minutes < 1 ? 'less than a minute' : `${Math.round(minutes)} minutes`}`]),
  ];
  return `# Model Card for ${oneLine(model)}

${todo}

## Uses

### Direct Use

${todo}

### Out-of-Scope Use

${todo}

## Bias, Risks, and Limitations

${todo}

## Training Details

### Training Data

${dataset ? `\`${oneLine(dataset)}\`` : todo}

### Training Procedure

#### Training Hyperparameters

<!-- benchmate:params -->
<!-- /benchmate:params -->

## Evaluation

### Results

<!-- benchmate:results -->
<!-- /benchmate:results -->

## Environmental Impact

${emissions === null ? todo : `- **Carbon emitted:** ${emissions} g CO2 equivalent, as the run logged it`}

## Technical Specifications

${facts.length > 0 ? facts.join('\n') : todo}
`;
}

/** Each result of the front matter says which run it is of. */
function bindResults(written: string, run: RunFacts): string {
  const card = parseModelCard(written);
  const metricOf = new Map([...matchResults(card.results, Object.keys(run.metrics))].map(([name, its]) => [its, name]));
  const edits = readClaims(card, []).flatMap(({ result, bindAt }) => {
    const metric = result && metricOf.get(result);
    return metric === undefined || metric === null
      ? []
      : [{ startOffset: bindAt, endOffset: bindAt, text: ` # ${runReference(run, metric)}` }];
  });
  return applyEdits(written, edits);
}

/** Grams: CodeCarbon logs kilograms as `emissions`; others name the unit. */
function emissionsOf({ metrics }: RunFacts): number | null {
  for (const [key, grams] of [
    ['co2_eq_emissions', 1],
    ['emissions_g', 1],
    ['emissions_kg', 1000],
    ['emissions', 1000],
  ] as const) {
    const value = Object.hasOwn(metrics, key) ? Number(metrics[key]!.value) : Number.NaN;
    if (Number.isFinite(value)) return Number((value * grams).toPrecision(6));
  }
  return null;
}

function libraryOf({ params, tags }: RunFacts): string | null {
  const flavours = /"flavors"\s*:\s*\{([^]*)/.exec(tags['mlflow.log-model.history'] ?? '')?.[1] ?? '';
  const known = [
    'sklearn',
    'xgboost',
    'lightgbm',
    'transformers',
    'keras',
    'tensorflow',
    'pytorch',
    'catboost',
    'spacy',
  ];
  return known.find(name => flavours.includes(`"${name}"`)) ?? params.library ?? null;
}

const oneLine = (text: string): string => text.replaceAll(/[`\s<>]+/g, ' ').trim();
