import type { CardFacts } from './card-facts.ts';

/** Google's Model Card JSON, schema 0.0.2 (Model Card Toolkit 2.0). */
export function toGoogleCard(facts: CardFacts) {
  const described = (...texts: string[]) => texts.filter(Boolean).map(description => ({ description }));
  return {
    schema_version: '0.0.2',
    model_details: {
      name: facts.name,
      overview: facts.overview,
      licenses: facts.licences.map(({ id, name }) =>
        id === 'other' && name ? { custom_text: name } : { identifier: id },
      ),
      references: facts.baseModels.map(base => ({ reference: `https://huggingface.co/${encodeURI(base)}` })),
      citations: facts.citation === '' ? [] : [{ citation: facts.citation }],
    },
    model_parameters: {
      model_architecture: facts.library,
      data: facts.datasets.map(name => ({ name, description: facts.training })),
      input_format_map: [],
      output_format_map: [],
    },
    quantitative_analysis: {
      performance_metrics: facts.results.map(({ metric, dataset, value }) => ({
        type: metric.name || metric.type,
        value: String(value),
        slice: [dataset.name || dataset.type, dataset.config, dataset.split].filter(Boolean).join(', '),
      })),
    },
    considerations: {
      use_cases: described(facts.uses),
      limitations: described(facts.limitations, facts.outOfScope),
      tradeoffs: described(facts.recommendations),
    },
  };
}
