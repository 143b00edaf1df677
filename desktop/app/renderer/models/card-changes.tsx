import { lazy, Suspense, useMemo, useState } from 'react';
import { diffCards, type CardDiff } from '@benchmate/shared/diff/card-diff';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import { CardDiffView } from '@benchmate/shared/ui/card-diff-view';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';

const CardTextDiff = lazy(() => import('./card-text-diff.tsx'));

/** How the card of a version differs from that of the version it would replace. In a chunk of its own: reading cards takes a YAML parser. */
export default function CardChanges({ before, version }: { before: ModelVersion; version: ModelVersion }) {
  const [asText, setAsText] = useState(false);
  const result = useMemo(() => attempt(() => diffCards(before.description, version.description)), [before, version]);
  return (
    <>
      {'error' in result ? <ErrorLine error={result.error} /> : <CardDiffView diff={result.diff} />}
      <button type="button" className="bm-button" aria-expanded={asText} onClick={() => setAsText(!asText)}>
        {asText ? 'Hide the text' : 'Show as text'}
      </button>
      {asText && (
        <Suspense fallback={null}>
          <CardTextDiff before={before.description} after={version.description} label={`Card of v${version.version}`} />
        </Suspense>
      )}
    </>
  );
}

function attempt(work: () => CardDiff): { diff: CardDiff } | { error: unknown } {
  try {
    return { diff: work() };
  } catch (error) {
    return { error };
  }
}
