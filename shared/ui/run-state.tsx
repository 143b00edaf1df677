import type { RunStatus } from '@benchmate/shared/domain/run';
import type { JobState } from '@benchmate/shared/domain/job';
import { Icon } from './icon.tsx';

const looks: Record<RunStatus | JobState, { icon: string; look: '' | 'running' | 'done' | 'failed'; words: string }> = {
  SCHEDULED: { icon: 'watch', look: '', words: 'scheduled' },
  RUNNING: { icon: 'sync', look: 'running', words: 'running' },
  FINISHED: { icon: 'pass', look: 'done', words: 'finished' },
  FAILED: { icon: 'error', look: 'failed', words: 'failed' },
  KILLED: { icon: 'circle-slash', look: '', words: 'stopped' },
  queued: { icon: 'watch', look: '', words: 'queued' },
  running: { icon: 'sync', look: 'running', words: 'running' },
  succeeded: { icon: 'pass', look: 'done', words: 'succeeded' },
  failed: { icon: 'error', look: 'failed', words: 'failed' },
  cancelled: { icon: 'circle-slash', look: '', words: 'cancelled' },
  lost: { icon: 'question', look: 'failed', words: 'lost' },
};

export const stateWords = (state: RunStatus | JobState): string => looks[state].words;

/** The state of a run or a job: its icon and its word. */
export function RunState({ state, iconOnly = false }: { state: RunStatus | JobState; iconOnly?: boolean }) {
  const { icon, look, words } = looks[state];
  return (
    <span className={`bm-state ${look}`}>
      {iconOnly ? <Icon name={icon} label={words} /> : <Icon name={icon} />}
      {!iconOnly && words}
    </span>
  );
}
