/**
 * What a text of a person can point at, as the address of a Markdown link: `[0.912](run:8f3a#val/auc)`. Ids of runs and notes may be
 * cut short. `run:<id>` or `run:<id>#<metric>`, `model:<name>` or `model:<name>/<version>`, `dataset:<name>`, `note:<id>`,
 * `line:<path>#L<from>` or `line:<path>#L<from>-L<to>` (lines from 1, a path from the project's root).
 */
export type BenchLink =
  | { kind: 'run'; run: string; metric: string | null }
  | { kind: 'model'; model: string; version: number | null }
  | { kind: 'dataset'; dataset: string }
  | { kind: 'note'; note: string }
  | { kind: 'line'; path: string; from: number; to: number };

const address = /^(run|model|dataset|note|line):([^#]+)(?:#(.+))?$/su;
const inText = /(?<![\p{L}\p{N}_:/])(?:run|model|dataset|note|line):[^\s()[\]<>"'`]+/gu;

/** Null for what is no such address, or names nothing. */
export function parseBenchLink(href: string): BenchLink | null {
  const [, kind, rawName = '', rawPart] = address.exec(href) ?? [];
  const [name, part] = [decoded(rawName), rawPart === undefined ? null : decoded(rawPart)];
  if (name === null) return null;
  switch (kind) {
    case 'run':
      return /^[\w-]{4,64}$/.test(name) ? { kind, run: name, metric: part } : null;
    case 'model':
      return modelOf(name);
    case 'dataset':
      return { kind, dataset: name };
    case 'note':
      return /^[\w-]{4,80}$/.test(name) ? { kind, note: name } : null;
    case 'line': {
      const [, from, to] = /^L([1-9]\d{0,6})(?:-L?([1-9]\d{0,6}))?$/.exec(part ?? '') ?? [];
      return from === undefined ? null : { kind, path: name, from: Number(from), to: Number(to ?? from) };
    }
    default:
      return null;
  }
}

/** The thing that a link points at, without the part of it: `run:8f3a`, `model:churn`. Null for what is no such address. */
export function linkTarget(href: string): string | null {
  const link = parseBenchLink(href);
  switch (link?.kind) {
    case 'run':
      return `run:${link.run}`;
    case 'model':
      return `model:${link.model}`;
    case 'dataset':
      return `dataset:${link.dataset}`;
    case 'note':
      return `note:${link.note}`;
    case 'line':
      return `line:${link.path}`;
    case undefined:
      return null;
  }
}

/** The addresses that stand in a text, each once: what it points at, part of a thing by part. */
export const linksIn = (text: string): string[] => [...new Set(linkPlacesIn(text).map(({ href }) => href))];

/** The same with where they begin, as often as they stand there. */
export function linkPlacesIn(text: string): { href: string; at: number }[] {
  const found = [...text.matchAll(inText)].map(match => ({
    href: match[0].replace(/[.,;:!?*_|\\]+$/u, ''),
    at: match.index,
  }));
  return found.filter(({ href }) => parseBenchLink(href) !== null);
}

/** Everything that a text points at, each thing once. */
export function linkTargetsIn(text: string): string[] {
  return [...new Set(linksIn(text).flatMap(href => linkTarget(href) ?? []))];
}

/** What a text may say where it means this thing: ids of runs and notes are cut short, but not below four characters. */
export function spellingsOf(target: string): string[] {
  const at = target.indexOf(':') + 1;
  const [kind, name] = [target.slice(0, at), target.slice(at)];
  if (kind !== 'run:' && kind !== 'note:') return [target];
  return Array.from({ length: Math.max(0, name.length - 3) }, (_, index) => `${kind}${name.slice(0, index + 4)}`);
}

function modelOf(name: string): BenchLink {
  const [, model, version] = /^(.+)\/v?([1-9]\d{0,8})$/su.exec(name) ?? [];
  return model === undefined
    ? { kind: 'model', model: name, version: null }
    : { kind: 'model', model, version: Number(version) };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
