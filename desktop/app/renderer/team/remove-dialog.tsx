import { Dialog } from '@benchmate/shared/ui/dialog';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';

export type Leaving =
  { kind: 'person'; person: string; name: string } | { kind: 'device'; device: string; name: string };

/** Asks before a person, or one device or agent, goes. */
export function RemoveDialog({ leaving, close }: { leaving: Leaving; close: () => void }) {
  const { busy, error, run } = useAction();
  const answer = () =>
    leaving.kind === 'person'
      ? engine.team.removePerson.mutate({ person: leaving.person })
      : engine.team.removeMember.mutate({ device: leaving.device });
  return (
    <Dialog title={`Remove ${leaving.name} from the team?`} close={close}>
      <p>
        What was written and approved until now stays. From now on nothing of{' '}
        {leaving.kind === 'person' ? 'theirs, on any device or by any agent of theirs,' : 'it'} counts, and nothing new
        reaches {leaving.kind === 'person' ? 'them' : 'it'}.
      </p>
      <ErrorLine error={error} />
      <div className="actions">
        <button className="bm-button" autoFocus onClick={close}>
          Keep
        </button>
        <button
          className="bm-button danger"
          disabled={busy}
          onClick={() => run(() => teamList.answer(answer()), close)}
        >
          Remove
        </button>
      </div>
    </Dialog>
  );
}
