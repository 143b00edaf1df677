/**
 * Whether two param texts mean the same value. Numbers compare as numbers (`1e-3` is `0.001`), true and false in any
 * case (Python logs `True`), nothing as nothing (`None`, `null`, `~`, empty).
 */
export function sameParamValue(a: string, b: string): boolean {
  return a === b || canonicalParamValue(a) === canonicalParamValue(b);
}

/** A text that is equal for equal values. */
export function canonicalParamValue(text: string): string {
  const trimmed = text.trim();
  if (/^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) {
    const value = Number(trimmed.replaceAll('_', ''));
    // Integers beyond 2^53 (seeds, ids) would collide as numbers.
    if (Number.isFinite(value) && (Math.abs(value) <= Number.MAX_SAFE_INTEGER || !/^[+-]?\d+$/.test(trimmed)))
      return String(value === 0 ? 0 : value);
  }
  const word = trimmed.toLowerCase();
  if (word === 'true' || word === 'false') return word;
  if (word === 'none' || word === 'null' || word === '~' || word === '') return 'null';
  if (/^[+-]?\.?(inf|infinity)$/.test(word)) return word.startsWith('-') ? '-inf' : 'inf';
  if (word === 'nan' || word === '.nan') return 'nan';
  if (/^[[(].*[\])]$/s.test(trimmed)) return canonicalList(trimmed);
  return trimmed.replace(/^(['"])(.*)\1$/s, '$2');
}

/** Python writes `[1, 2]`, `('a',)`; YAML writes `[ 1, 2 ]`: compared item by item where items are plain. */
function canonicalList(text: string): string {
  const inner = text.slice(1, -1).trim().replace(/,$/, '');
  if (/[[\](){}]/.test(inner)) return text.replaceAll(/\s+/g, '');
  return `[${inner === '' ? '' : inner.split(',').map(canonicalParamValue).join(',')}]`;
}

/** Params that only choose the random numbers: runs that differ in nothing else are repetitions of one experiment. */
export function isSeedParam(key: string): boolean {
  return /(^|[._/-])((random_?)?seed|random_?state)$/i.test(key);
}

/**
 * What a run logged for a param of the params file. Training code logs `model.lr` as `model.lr`, `model/lr`,
 * `params.model.lr`, or (libraries that log by themselves) only `lr`: the last is taken only when no other of `fileKeys`
 * ends alike. Undefined when the run logged nothing for it.
 */
export function loggedParam(
  logged: Readonly<Record<string, string>>,
  key: string,
  fileKeys: readonly string[] = [],
): string | undefined {
  const name = spellings(key).find(spelling => Object.hasOwn(logged, spelling));
  if (name !== undefined) return logged[name];
  const last = lastPart(key);
  const ambiguous = fileKeys.some(other => other !== key && lastPart(other) === last);
  return !ambiguous && Object.hasOwn(logged, last) ? logged[last] : undefined;
}

const prefixes = ['', 'params.', 'params/', 'param.', 'config.', 'config/', 'hparams.', 'hparams/'];

function spellings(key: string): string[] {
  const forms = key.includes('.') ? [key, key.replaceAll('.', '/'), key.replaceAll('.', '__')] : [key];
  return prefixes.flatMap(prefix => forms.map(form => prefix + form));
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}
