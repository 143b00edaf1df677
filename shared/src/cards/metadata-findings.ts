import type { Document, YAMLMap } from 'yaml';
import type { CardFinding } from '../domain/card-finding.ts';
import type { ModelCard } from '../formats/model-card.ts';
import { textOf } from '../formats/model-index.ts';
import { scalarText } from '../formats/yaml-scalar.ts';
import { asMap, nodeSpan, pairOf, resolved } from '../formats/yaml-text.ts';
import { isScalar, isSeq } from 'yaml';
import { licenceKind, meantLicence } from './licences.ts';

type Finding = Omit<CardFinding, 'line' | 'column'>;

/** What Hugging Face's Hub would refuse in the front matter (hub-docs, model-cards; huggingface_hub `validate_repo_id`, `model_index_to_eval_results`), known without asking it. */
export function metadataFindings(card: ModelCard): Finding[] {
  const document = card.yaml?.document;
  const root = document && asMap(document.contents, document);
  if (!document || !root) return [];
  const at = (node: unknown): [number, number] => {
    const [start, end] = nodeSpan(node) ?? [0, 0];
    return [card.yamlOffset + start, card.yamlOffset + Math.max(end, start)];
  };
  const check = { document, at };
  return [
    ...licenceFindings(root, check),
    ...idFindings(root, 'base_model', 'base-model', check),
    ...idFindings(root, 'datasets', 'datasets', check),
    ...indexFindings(root, check),
  ];
}

interface Check {
  document: Document.Parsed;
  at: (node: unknown) => [number, number];
}

function finding(
  [startOffset, endOffset]: [number, number],
  rule: CardFinding['rule'],
  severity: CardFinding['severity'],
  message: string,
  fixes: CardFinding['fixes'] = [],
): Finding {
  return { rule, severity, message, startOffset, endOffset, fixes };
}

/** The scalars of a key that holds one or a list of them. */
function scalarsOf(root: YAMLMap, key: string, { document }: Check): unknown[] {
  const value = resolved(pairOf(root, key)?.value, document);
  return isSeq(value) ? value.items : value === undefined || value === null ? [] : [value];
}

function licenceFindings(root: YAMLMap, check: Check): Finding[] {
  return scalarsOf(root, 'license', check).flatMap(node => {
    const target = resolved(node, check.document);
    const value = isScalar(target) ? target.value : null;
    if (value === null) return [];
    const text = textOf(value);
    const kind = licenceKind(text);
    const place = check.at(node);
    if (kind === 'hub') {
      const lacksName = text === 'other' && textOf(root.get('license_name')) === '';
      return lacksName
        ? [finding(place, 'licence', 'warning', 'The licence is `other`, and no `license_name` says which.')]
        : [];
    }
    const meant = meantLicence(text);
    const fixes = meant
      ? [{ title: `Write ${meant}`, edits: [{ startOffset: place[0], endOffset: place[1], text: scalarText(meant) }] }]
      : [];
    const what =
      kind === 'spdx'
        ? `${text} is in SPDX's list, and not in Hugging Face's: write \`other\` with \`license_name\` there.`
        : `${text} is no licence that Hugging Face or SPDX knows.`;
    return [finding(place, 'licence', kind === 'spdx' && !meant ? 'warning' : 'error', what, fixes)];
  });
}

function idFindings(root: YAMLMap, key: string, rule: 'base-model' | 'datasets', check: Check): Finding[] {
  return scalarsOf(root, key, check).flatMap(node => {
    const target = resolved(node, check.document);
    const text = isScalar(target) ? textOf(target.value) : '';
    return isRepositoryId(text)
      ? []
      : [
          finding(
            check.at(node),
            rule,
            'error',
            `'${text}' is no id of a ${rule === 'datasets' ? 'dataset' : 'model'}: \`name\` or \`owner/name\` of letters, digits, \`-\`, \`_\` and \`.\`, at most 96.`,
          ),
        ];
  });
}

/** As huggingface_hub's `validate_repo_id`. */
export function isRepositoryId(id: string): boolean {
  if (id.length > 96 || id.endsWith('.git') || /--|\.\./.test(id)) return false;
  return /^([A-Za-z0-9_][\w.-]*\/)?(?![.-])[\w.-]+(?<![.-])$/.test(id);
}

const required = [
  ['task', ['type']],
  ['dataset', ['type', 'name']],
] as const;

function indexFindings(root: YAMLMap, { document, at }: Check): Finding[] {
  const pair = pairOf(root, 'model-index');
  if (!pair) return [];
  const wrong = (node: unknown, message: string) => finding(at(node ?? pair.key), 'model-index', 'error', message);
  const list = (map: YAMLMap, key: string): unknown[] | null => {
    const value = resolved(pairOf(map, key)?.value, document);
    return isSeq(value) ? value.items : null;
  };
  const models = list(root, 'model-index');
  if (!models) return [wrong(pair.key, '`model-index` is a list of models.')];
  return models.flatMap(modelNode => {
    const model = asMap(modelNode, document);
    const results = model && list(model, 'results');
    if (!model || !results) return [wrong(modelNode, 'A model of `model-index` has a `name` and a list `results`.')];
    const named =
      textOf(model.get('name')) === '' ? [wrong(modelNode, 'A model of `model-index` lacks its `name`.')] : [];
    return [...named, ...results.flatMap(node => resultFindings(asMap(node, document), node))];
  });

  function resultFindings(result: YAMLMap | null, node: unknown): Finding[] {
    const metrics = result && list(result, 'metrics');
    if (!result || !metrics) return [wrong(node, 'A result has `task`, `dataset` and a list `metrics`.')];
    const lacking = required.flatMap(([name, keys]) => {
      const section = asMap(pairOf(result, name)?.value, document);
      return keys
        .filter(key => textOf(section?.get(key)) === '')
        .map(key => wrong(pairOf(result, name)?.key ?? node, `A result lacks \`${name}.${key}\`.`));
    });
    const metricFindings = metrics.flatMap(each => {
      const metric = asMap(each, document);
      const absent = ['type', 'value'].filter(key => metric?.get(key) === undefined || metric.get(key) === null);
      return absent.map(key => wrong(each, `A metric lacks its \`${key}\`.`));
    });
    return [...lacking, ...metricFindings];
  }
}
