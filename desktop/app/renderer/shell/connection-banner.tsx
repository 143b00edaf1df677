import { Icon } from '@benchmate/shared/ui/icon';
import { useLink } from '../engine/connection.tsx';
import { useSlow } from '../engine/use-load.ts';

/** Says when nobody answers, and what to do; goes away by itself. */
export function ConnectionBanner() {
  const lost = useSlow(useLink() === 'lost');
  return (
    <div role="status" className="app-banner">
      {lost && (
        <p className="bm-notice warning">
          <Icon name="debug-disconnect" />
          <span>
            Benchmate’s engine is not running. Start it with <code className="bm-mono">benchmate engine start</code>;
            this page goes on by itself.
          </span>
        </p>
      )}
    </div>
  );
}
