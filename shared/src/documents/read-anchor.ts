import { newAnchor, type ThreadAnchor } from '../domain/thread-anchor.ts';

/** An anchor as a document holds it: of a known kind, or what can be said of one that this version does not know. Null for what is none. */
export function readAnchor(value: unknown): ThreadAnchor | null {
  const known = newAnchor.safeParse(value);
  if (known.success) return known.data;
  if (typeof value !== 'object' || value === null || !('kind' in value) || typeof value.kind !== 'string') return null;
  const { quote, line } = value as { quote?: unknown; line?: unknown };
  return {
    kind: 'unknown',
    called: value.kind.slice(0, 100),
    quote: typeof quote === 'string' ? quote.slice(0, 2000) : '',
    prefix: '',
    suffix: '',
    line: typeof line === 'number' && Number.isSafeInteger(line) && line >= 0 ? line : 0,
  };
}
