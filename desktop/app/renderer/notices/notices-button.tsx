import { useSyncExternalStore } from 'react';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { useAction } from '../engine/use-action.ts';
import { noticesState, onNoticesState, setNotices } from './desktop-notices.ts';

const what = 'reviews, verdicts, promotions, contested models and ended runs, while you look elsewhere';

/** Notifications of this browser: asked for by this button alone. */
export function NoticesButton() {
  const state = useSyncExternalStore(onNoticesState, noticesState);
  const { busy, error, run } = useAction();
  if (state === 'unsupported') return null;
  if (state === 'blocked')
    return (
      <span className="bm-muted">
        <Icon name="bell-slash" /> This browser blocks notifications of this address; its settings allow them.
      </span>
    );
  const isOn = state === 'on';
  return (
    <>
      <button
        className="bm-button"
        aria-pressed={isOn}
        disabled={busy}
        title={`Of ${what}.`}
        onClick={() => run(() => setNotices(!isOn))}
      >
        <Icon name={isOn ? 'bell' : 'bell-slash'} /> Desktop notifications
      </button>
      <ErrorLine error={error} />
    </>
  );
}
