import { describeVerdict, formatDifference, verdictMark } from '@benchmate/shared/diff/number-format';
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

/** As many decimals as the value beside it has with four significant digits, so that differences stand in a column. */
function aligned(text: string, reference: number | null): string {
  const own = /^[^.e]*\.(\d+)$/.exec(text)?.[1];
  if (own === undefined || reference === null || reference === 0) return text;
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(Math.abs(reference))));
  return text + '0'.repeat(Math.max(0, Math.min(6, decimals) - own.length));
}
