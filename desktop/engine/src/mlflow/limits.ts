import { posix } from 'node:path';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** MLflow's own limits: what its client may send. Lengths count characters (code points), as Python does. */
export const limits = {
  key: 250,
  paramValue: 6000,
  tagValue: 8000,
  experimentName: 500,
  experimentTagValue: 20_000,
  modelTagValue: 100_000,
  metricsPerBatch: 1000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  entitiesPerBatch: 1000,
  runsPerSearch: 50_000,
  dataset: {
    name: 500,
    digest: 36,
    source_type: 65_535,
    source: 65_535,
    schema: 1_048_575,
    profile: 16_777_215,
    tagKey: 255,
    tagValue: 500,
  },
} as const;

const allowedKey = /^[/\p{L}\p{N}_.\- :]+$/u;

/** Keys of metrics, params and tags: they may become paths elsewhere, so each must be a relative path in its shortest form. */
export const checkKey = (key: string, path: string): string => checkLength(checkKeyName(key, path), limits.key, path);

/** A key of what is to be deleted may have any length: a longer one than can be is just not there. */
export function checkKeyName(key: string, path: string): string {
  if (!allowedKey.test(key)) {
    throw bad(
      `Invalid value ${JSON.stringify(key.slice(0, 100))} for parameter '${path}' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).`,
    );
  }
  if (isPlainWord(key)) return key;
  const shortest = posix.normalize(key);
  if (
    shortest !== key ||
    shortest === '.' ||
    shortest.startsWith('..') ||
    shortest.startsWith('/') ||
    key.endsWith('/')
  ) {
    throw bad(
      `Invalid value ${JSON.stringify(key.slice(0, 100))} for parameter '${path}' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${shortest}'.`,
    );
  }
  return key;
}

export function checkLength(text: string, limit: number, path: string): string {
  if (text.length > limit && Array.from(text).length > limit)
    throw bad(`'${path}' exceeds the maximum length of ${limit} characters`);
  return text;
}

/** At most `limit` characters. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : Array.from(text).slice(0, limit).join('');
}

export function checkCount(length: number, limit: number, what: string): void {
  if (length > limit) {
    throw bad(
      `A batch logging request can contain at most ${limit} ${what}. Got ${length} ${what}. Please split up ${what} across multiple requests and try again.`,
    );
  }
}

const isPlainWord = (key: string) => !key.includes('/') && !key.startsWith('.');

const bad = (message: string) => new BenchmateError('BAD_REQUEST', message);
