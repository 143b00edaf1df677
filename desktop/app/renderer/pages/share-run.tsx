import type { Run } from '@benchmate/shared/domain/run';
import { Chip } from '@benchmate/shared/ui/chip';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useAction } from '../engine/use-action.ts';
import { useLoad } from '../engine/use-load.ts';

/** Whose run it is, and the button that gives it to the team. */
export function ShareRun({ run }: { run: Run }) {
  const asked = useLoad(`sharing ${run.runId} ${run.status}`, signal =>
    engine.sharedRuns.sharing.query({ runId: run.runId }, { signal }),
  );
  const { busy, error, run: act } = useAction();
  const sharing = asked.data;
  if (!sharing) return null;
  if (sharing.kind === 'received')
    return (
      <span className="bm-muted">
        <Chip>from {sharing.by}</Chip> shared <RelativeTime at={sharing.at} />
        {sharing.thinned && ', curves thinned: no extreme is lost'}
      </span>
    );
  const share = () => act(() => engine.sharedRuns.share.mutate({ runId: run.runId }), asked.reload);
  const refusal = sharing.kind === 'private' ? sharing.refusal : null;
  return (
    <>
      {sharing.kind === 'shared' && (
        <span className="bm-muted">
          shared <RelativeTime at={sharing.at} />
        </span>
      )}
      <button className="bm-button" disabled={busy || refusal !== null} title={refusal ?? ''} onClick={share}>
        <Icon name="broadcast" /> {sharing.kind === 'shared' ? 'Share again' : 'Share with the team'}
      </button>
      <ErrorLine error={error} />
    </>
  );
}
