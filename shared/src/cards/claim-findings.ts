import { toNumber } from '../domain/metric.ts';
import type { Run } from '../domain/run.ts';
import type { CardFinding } from '../domain/card-finding.ts';
import { matchResults } from '../formats/model-index-edit.ts';
import type { TextEdit } from '../formats/text-edit.ts';
import type { Claim, ClaimReference } from './claims.ts';
import { runReference } from './run-reference.ts';

export type RunFacts = Pick<Run, 'runId' | 'name' | 'metrics'>;

/** The runs that claims are checked against. */
export interface RunsOfCard {
  /** Those of the project, newest first: candidates to bind to. */
  recent: readonly RunFacts[];
  /** All that a reference can mean: by id, by the beginning of an id, or by name. */
  find: (reference: string) => readonly RunFacts[];
}

type Finding = Omit<CardFinding, 'line' | 'column'>;
type Fix = CardFinding['fixes'][number];
const mostFixes = 3;

/** What is wrong with a claim; null where it is right, or declared to come from elsewhere. */
export function claimFinding(claim: Claim, runs: RunsOfCard): Finding | null {
  const { reference } = claim;
  if (reference === 'external') return null;
  if (reference === null) return unbound(claim, runs);
  const found = runs.find(reference.run);
  const [run] = found;
  if (!run)
    return about(claim, reference, 'claim-unknown-run', 'error', `There is no run '${reference.run}' here.`, [
      ...bindings(claim, runs.recent),
      external(claim),
    ]);
  if (found.length > 1)
    return about(
      claim,
      reference,
      'claim-several-runs',
      'error',
      `'${reference.run}' can mean more than one run, such as ${found
        .slice(0, 3)
        .map(({ name, runId }) => `${name} (${runId.slice(0, 8)})`)
        .join(' and ')}.`,
      found.slice(0, mostFixes).map(each => bindFix(claim, each, reference.metric)),
    );
  const logged = valueOf(run, reference.metric);
  if (logged === null)
    return about(
      claim,
      reference,
      'claim-unknown-metric',
      'error',
      `The run ${run.name} logged no metric '${reference.metric}'.`,
      [...bindings(claim, [run, ...runs.recent]), external(claim)],
    );
  if (agrees(claim, logged)) return null;
  const right = written(claim, logged);
  const others = bindings(
    claim,
    runs.recent.filter(({ runId }) => runId !== run.runId),
  );
  return {
    rule: 'claim-wrong',
    severity: 'warning',
    message: `The card says ${claim.digits}${claim.percent ? ' %' : ''}; the run ${run.name} logged ${reference.metric} = ${Number(logged.toPrecision(6))}.`,
    startOffset: claim.startOffset,
    endOffset: claim.endOffset,
    fixes: [
      {
        title: `Update to ${right}`,
        edits: [{ startOffset: claim.startOffset, endOffset: claim.endOffset, text: right }],
      },
      ...others,
      external(claim),
    ],
  };
}

function unbound(claim: Claim, { recent }: RunsOfCard): Finding {
  const fixes = bindings(claim, recent);
  const what = claim.result?.label ?? claim.named ?? 'This number';
  const who =
    fixes.length === 0 ? 'no run here logged it' : fixes.length === 1 ? 'one run logged it' : 'several runs logged it';
  return {
    rule: 'claim-unbound',
    severity: 'info',
    message: `${what}: ${claim.digits} is bound to no run; ${who}.`,
    startOffset: claim.startOffset,
    endOffset: claim.endOffset,
    fixes: [...fixes, external(claim)],
  };
}

function about(
  claim: Claim,
  { startOffset, endOffset }: ClaimReference,
  rule: CardFinding['rule'],
  severity: CardFinding['severity'],
  message: string,
  fixes: Fix[],
): Finding {
  const empty = startOffset === endOffset; // a table that names its run below
  return {
    rule,
    severity,
    message,
    startOffset: empty ? claim.startOffset : startOffset,
    endOffset: empty ? claim.endOffset : endOffset,
    fixes,
  };
}

/** Runs that logged exactly this under a name that fits, newest first. */
function bindings(claim: Claim, runs: readonly RunFacts[]): Fix[] {
  const fixes = new Map<string, Fix>();
  for (const run of runs) {
    if (fixes.size >= mostFixes) break;
    const metric = fittingMetrics(claim, run).find(name => agrees(claim, valueOf(run, name)!));
    if (metric !== undefined && !fixes.has(run.runId)) fixes.set(run.runId, bindFix(claim, run, metric));
  }
  return [...fixes.values()];
}

function fittingMetrics(claim: Claim, run: RunFacts): string[] {
  const names = Object.keys(run.metrics);
  const { result, named, reference } = claim;
  if (result) return names.filter(name => matchResults([result], [name]).has(name));
  const wanted = named ?? (reference !== null && reference !== 'external' ? reference.metric : null);
  return names.filter(name => name === wanted);
}

function bindFix(claim: Claim, run: RunFacts, metric: string): Fix {
  return { title: `Bind to ${run.name}, ${metric}`, edits: [referenceEdit(claim, runReference(run, metric))] };
}

function external(claim: Claim): Fix {
  return { title: 'Mark as external', edits: [referenceEdit(claim, 'external')] };
}

function referenceEdit({ reference, bindAt, bindAs }: Claim, text: string): TextEdit {
  if (reference !== null && reference !== 'external' && reference.endOffset > reference.startOffset)
    return { startOffset: reference.startOffset, endOffset: reference.endOffset, text };
  return { startOffset: bindAt, endOffset: bindAt, text: bindAs === 'yaml' ? ` # ${text}` : `<!-- ${text} -->` };
}

function valueOf({ metrics }: RunFacts, name: string): number | null {
  return Object.hasOwn(metrics, name) ? toNumber(metrics[name]!.value) : null;
}

/** A card rounds: it is right as far as it goes. */
function agrees({ digits, value, percent }: Claim, logged: number): boolean {
  const exact = percent ? logged * 100 : logged;
  if (!Number.isFinite(exact)) return Object.is(exact, value);
  return Math.abs(exact - value) <= 0.5 * unit(digits) * (1 + 1e-9);
}

/** What one more in the last digit is worth: 0.01 for 0.89, 1e-7 for 1e-7. */
function unit(digits: string): number {
  const [mantissa = '', exponent = '0'] = digits.toLowerCase().split('e');
  return 10 ** (Number(exponent) - (mantissa.split('.')[1]?.length ?? 0));
}

function written({ digits, percent }: Claim, logged: number): string {
  const exact = percent ? logged * 100 : logged;
  if (!Number.isFinite(exact) || /e/i.test(digits)) return String(Number(exact.toPrecision(6)));
  const decimals = digits.split('.')[1]?.length ?? 0;
  const short = exact.toFixed(decimals);
  return Number(short) === 0 && exact !== 0 ? String(Number(exact.toPrecision(3))) : short;
}
