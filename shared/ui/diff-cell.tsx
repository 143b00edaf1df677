import { describeVerdict, formatDifference, formatMetric, verdictMark } from '@benchmate/shared/diff/number-format';
import type { MetricVerdict } from '@benchmate/shared/diff/verdict';

const looks: Record<MetricVerdict, string> = {
  better: 'bm-better',
  worse: 'bm-worse',
  equal: 'bm-neutral',
  unknown: 'bm-neutral',
  'not-comparable': 'bm-neutral',
};

/** A difference to the baseline: mark, size and sign for the eye, `better by 0.031` for the ear. */
export function DiffCell({
  difference,
  reference,
  verdict,
}: {
  difference: number | null;
  /** A value that the difference is between: decides the decimals. */
  reference: number | null;
  verdict: MetricVerdict;
}) {
  if (difference === null) return <span className="bm-neutral">not comparable</span>;

  const shown =
    difference === 0 ? 'unchanged' : aligned(formatDifference(difference, reference ?? difference), reference);
  return (
    <span className={looks[verdict]}>
      <span aria-hidden="true">
        {verdictMark(verdict)} {shown}
      </span>
      <span className="bm-unseen">{describeVerdict(verdict, difference)}</span>
    </span>
  );
}

/** As many decimals as the value beside it has, so that differences stand in a column. */
function aligned(text: string, reference: number | null): string {
  const decimals = reference === null ? 0 : (formatMetric(reference).split('.')[1]?.length ?? 0);
  const own = /^[^.e]*\.(\d+)$/.exec(text)?.[1];
  return own === undefined ? text : text + '0'.repeat(Math.max(0, decimals - own.length));
}
