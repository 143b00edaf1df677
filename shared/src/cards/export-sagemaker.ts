import type { CardFacts } from './card-facts.ts';
import type { EvalResult } from '../formats/model-index.ts';

/** The content of an Amazon SageMaker model card. Its lengths are AWS's: longer texts end with `…`. */
export function toSageMakerCard(facts: CardFacts) {
  const groups = Map.groupBy(facts.results, ({ dataset }) =>
    [dataset.name || dataset.type || 'evaluation', dataset.config, dataset.split].filter(Boolean).join(', '),
  );
  const emissions = facts.emissionsGrams === null ? {} : { co2_eq_emissions_grams: String(facts.emissionsGrams) };
  return {
    model_overview: {
      model_name: cut(facts.name, 1024),
      ...worded('model_description', facts.overview, 1024),
      ...worded('problem_type', facts.task, 1024),
      ...worded('algorithm_type', facts.library, 1024),
    },
    intended_uses: {
      ...worded('intended_uses', facts.uses, 2048),
      ...worded('factors_affecting_model_efficiency', facts.limitations, 2048),
      risk_rating: 'Unknown', // people rate risks
    },
    training_details: {
      ...worded('training_observations', facts.training, 1024),
      training_job_details: {
        training_datasets: facts.datasets.slice(0, 15).map(name => cut(name, 1024)),
        user_provided_hyper_parameters: facts.params
          .filter(({ name, value }) => name !== '' && value !== '')
          .slice(0, 100)
          .map(({ name, value }) => ({ name: cut(name, 255), value: cut(value, 255) })),
      },
    },
    evaluation_details: [...groups].map(([name, results]) => ({
      name: cut(name, 63),
      datasets: [cut(name, 1024)],
      metric_groups: [{ name: cut(results[0]?.task.type || 'metrics', 63), metric_data: results.flatMap(metricOf) }],
    })),
    additional_information: {
      ...worded(
        'caveats_and_recommendations',
        [facts.recommendations, facts.outOfScope].filter(Boolean).join('\n\n'),
        2048,
      ),
      custom_details: {
        ...worded('licence', facts.licences.map(({ id, name }) => name || id).join(', '), 1024),
        ...worded('citation', facts.citation, 1024),
        ...emissions,
      },
    },
  };
}

function metricOf({ metric, value }: EvalResult) {
  if (value === null) return [];
  const type =
    typeof value === 'number' && Number.isFinite(value) ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string';
  return [
    {
      name: cut(metric.name || metric.type || 'value', 255),
      type,
      value: type === 'string' ? cut(String(value), 63) : value,
    },
  ];
}

const worded = (name: string, text: string, most: number) => (text === '' ? {} : { [name]: cut(text, most) });

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}
