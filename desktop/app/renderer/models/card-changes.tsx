import { useMemo } from 'react';
import { diffCards, type CardDiff } from '@benchmate/shared/diff/card-diff';
import type { ModelVersion } from '@benchmate/shared/domain/registry';
import { CardDiffView } from '@benchmate/shared/ui/card-diff-view';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';

/** How the card of a version differs from that of the version it would replace. In a chunk of its own: reading cards takes a YAML parser. */
export default function CardChanges({ before, version }: { before: ModelVersion; version: ModelVersion }) {
  const result = useMemo(() => attempt(() => diffCards(before.description, version.description)), [before, version]);
  if ('error' in result) return <ErrorLine error={result.error} />;
  return <CardDiffView diff={result.diff} />;
}

function attempt(work: () => CardDiff): { diff: CardDiff } | { error: unknown } {
  try {
    return { diff: work() };
  } catch (error) {
    return { error };
  }
}
