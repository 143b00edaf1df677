import spdx from 'spdx-license-ids/index.json' with { type: 'json' };
import type { CardFacts } from './card-facts.ts';

const spdxIds = new Map(spdx.map(id => [id.toLowerCase(), id]));
const filled = <T>(name: string, list: readonly T[]) => (list.length > 0 ? { [name]: list } : {});

/** CycloneDX ML-BOM 1.6, which 1.7 takes as well: the model as a component with its card, datasets and base models as components beside it. */
export function toCycloneDx(facts: CardFacts) {
  const { name, overview, licences, datasets, baseModels, task, library, results, params } = facts;
  const description = overview === '' ? {} : { description: overview };
  const properties = [
    ...(library ? [{ name: 'benchmate:library', value: library }] : []),
    ...(facts.emissionsGrams === null
      ? []
      : [{ name: 'benchmate:co2-eq-emissions-grams', value: String(facts.emissionsGrams) }]),
    ...params.map(param => ({ name: `benchmate:param:${param.name}`, value: param.value })),
  ];
  const considerations = {
    ...filled('useCases', facts.uses ? [facts.uses] : []),
    ...filled('technicalLimitations', [facts.limitations, facts.outOfScope].filter(Boolean)),
    ...filled('performanceTradeoffs', facts.recommendations ? [facts.recommendations] : []),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'machine-learning-model',
        'bom-ref': `model:${name}`,
        name,
        ...description,
        ...filled('licenses', licences.map(licenceOf)),
        modelCard: {
          modelParameters: {
            ...(task && { task }),
            ...filled(
              'datasets',
              datasets.map(dataset => ({ ref: `data:${dataset}` })),
            ),
          },
          quantitativeAnalysis: {
            performanceMetrics: results.map(({ metric, dataset, value }) => ({
              type: metric.name || metric.type,
              value: String(value),
              ...worded(
                'slice',
                [dataset.name || dataset.type, dataset.config, dataset.split].filter(Boolean).join(', '),
              ),
            })),
          },
          ...(Object.keys(considerations).length > 0 && { considerations }),
          ...filled('properties', properties),
        },
      },
    },
    components: [
      ...datasets.map(dataset => ({
        type: 'data',
        'bom-ref': `data:${dataset}`,
        name: dataset,
        data: [{ type: 'dataset', name: dataset }],
      })),
      ...baseModels.map(base => ({ type: 'machine-learning-model', 'bom-ref': `model:${base}`, name: base })),
    ],
    dependencies: [
      {
        ref: `model:${name}`,
        ...filled('dependsOn', [
          ...new Set([...datasets.map(each => `data:${each}`), ...baseModels.map(each => `model:${each}`)]),
        ]),
      },
    ],
  };
}

const worded = (name: string, text: string) => (text === '' ? {} : { [name]: text });

function licenceOf({ id, name, link }: CardFacts['licences'][number]) {
  const known = spdxIds.get(id.toLowerCase());
  return {
    license: { ...(known ? { id: known } : { name: name || id }), ...(/^https?:\S+$/.test(link) && { url: link }) },
  };
}
