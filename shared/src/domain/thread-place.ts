import type { Thread } from './review.ts';
import type { ThreadAnchor } from './thread-anchor.ts';

type AnchorWithHome = Extract<ThreadAnchor, { kind: 'metric' | 'model' }>;

/** Whether a thread is about something that is no file. */
export const hasHome = (anchor: ThreadAnchor): anchor is AnchorWithHome =>
  anchor.kind === 'metric' || anchor.kind === 'model';

/**
 * What stands for a file where a thread is about none: all threads on the curves of one run lie together, and all on the
 * versions of one model. No project has a file there, and older versions take it for one that is gone.
 */
export const runHome = (runId: string): string => `~run/${segment(runId)}`;
export const modelHome = (model: string): string => `~model/${segment(model)}`;
export const homeOf = (anchor: AnchorWithHome): string =>
  anchor.kind === 'metric' ? runHome(anchor.runId) : modelHome(anchor.model);

export const isHome = (path: string): boolean => /^~(run|model)\//.test(path);

/** Where a thread is, in words: `MODEL_CARD.md:12`, `churn v3`. */
export function threadPlace({ path, anchor }: Pick<Thread, 'path' | 'anchor'>): string {
  switch (anchor.kind) {
    case 'cell':
      return `${path}, cell ${anchor.index + 1}`;
    case 'metric':
      return saysIt(anchor) ? anchor.quote : `${anchor.metric} of run ${anchor.runId.slice(0, 8)}${stepsOf(anchor)}`;
    case 'model':
      return `${anchor.model} v${anchor.version}`;
    case 'column':
      return `${path}, column ${anchor.column}`;
    case 'unknown':
      return `${path} (${anchor.called}: a newer Benchmate shows where)`;
    default:
      return `${path}:${anchor.line + 1}`;
  }
}

/** Whether its quote names the run, as who wrote it knew it. */
const saysIt = ({ metric, quote }: Extract<ThreadAnchor, { kind: 'metric' }>): boolean =>
  quote.startsWith(`${metric} of `) && quote.length <= 300;

function stepsOf({ steps }: Extract<ThreadAnchor, { kind: 'metric' }>): string {
  if (steps === null) return '';
  return steps.from === steps.to ? `, step ${steps.from}` : `, steps ${steps.from} to ${steps.to}`;
}

const segment = (name: string): string => encodeURIComponent(name).replaceAll('.', '%2E');
