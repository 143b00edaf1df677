import { Icon } from '@benchmate/shared/ui/icon';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { useLink } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';
import { useSlow } from '../engine/use-load.ts';

declare global {
  interface Window {
    /** There in the desktop app, absent in a browser. */
    benchmateShell?: { startEngine: () => Promise<void> };
  }
}

/** Says when nobody answers, and what to do; goes away by itself. */
export function ConnectionBanner() {
  const lost = useSlow(useLink() === 'lost');
  return (
    <div role="status" className="app-banner">
      {lost && (
        <div className="bm-notice warning">
          <Icon name="debug-disconnect" />
          {window.benchmateShell ? (
            <Start start={window.benchmateShell.startEngine} />
          ) : (
            <p>
              Benchmate’s engine is not running. Start it with <code className="bm-mono">benchmate engine start</code>;
              this page goes on by itself.
            </p>
          )}
        </div>
      )}
    </div>
  );
}

function Start({ start }: { start: () => Promise<void> }) {
  const { busy, error, run } = useAction();
  return (
    <>
      <p>Benchmate’s engine is not running; this page goes on as soon as it is.</p>
      <button className="bm-button" disabled={busy} onClick={() => run(start)}>
        Start it
      </button>
      <ErrorLine error={error} />
    </>
  );
}
