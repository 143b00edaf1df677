import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** One word of a filter. `at` counts UTF-16 code units from 0. */
export interface Token {
  /** `name`: bare; `quoted`: in double quotes or backticks; `text`: in single quotes. */
  kind: 'name' | 'quoted' | 'text' | 'number' | 'operator' | 'dot' | 'open' | 'close' | 'comma';
  /** Without quotes. */
  value: string;
  at: number;
}

const maxLength = 100_000;

/** Sticky, so that each is tried at one place only; none of them backtracks over more than one token. */
const patterns: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['text', /'(?:[^']|'')*'/y],
  ['quoted', /"(?:[^"]|"")*"|`[^`]*`/y],
  ['number', /[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?(?![\w])/y],
  ['name', /[\p{L}_][\p{L}\p{N}_]*|\d[\p{L}\p{N}_]*/uy],
  ['operator', /[<>!]=|[<>=]/y],
  ['dot', /\./y],
  ['open', /\(/y],
  ['close', /\)/y],
  ['comma', /,/y],
];

/** Throws BAD_REQUEST at the first character that begins no token. */
export function tokenize(filter: string): Token[] {
  if (filter.length > maxLength)
    throw new BenchmateError('BAD_REQUEST', `The filter is longer than ${maxLength} characters.`);
  const tokens: Token[] = [];
  for (let at = 0; at < filter.length;) {
    const token = tokenAt(filter, at, tokens.at(-1)?.kind === 'dot');
    if (!token) {
      const open = /['"`]/.test(filter[at] ?? '') ? 'a quote that is never closed' : `'${filter[at]}'`;
      throw new BenchmateError(
        'BAD_REQUEST',
        `Invalid filter '${excerpt(filter)}': found ${open} at character ${at + 1}.`,
      );
    }
    if (token.kind !== 'space') tokens.push({ kind: token.kind, value: unquote(token.text), at });
    at += token.text.length;
  }
  return tokens;
}

/** After a dot a digit begins a name: `metrics.2nd`. */
function tokenAt(
  filter: string,
  at: number,
  afterDot: boolean,
): { kind: Token['kind'] | 'space'; text: string } | undefined {
  for (const [kind, pattern] of patterns) {
    if (afterDot && kind === 'number') continue;
    pattern.lastIndex = at;
    const text = pattern.exec(filter)?.[0];
    if (text) return { kind, text };
  }
  return undefined;
}

/** A doubled quote inside stays as it is: MLflow compares with both, and whoever needs one quotes with the other kind. */
function unquote(text: string): string {
  const quote = text[0];
  return quote === "'" || quote === '"' || quote === '`' ? text.slice(1, -1) : text;
}

export const excerpt = (filter: string) => (filter.length > 200 ? `${filter.slice(0, 200)}…` : filter);
