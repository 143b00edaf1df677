import type { EncryptionState } from '@benchmate/shared/protocol/encryption';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { encryptionList, projectList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { whyNot } from './rights.ts';

/** Of which projects the server cannot read notes and comments; beginning that. */
export function EncryptionCard({ team }: { team: TeamState }) {
  const states = useLive(encryptionList).items;
  if (states.length === 0) return null;
  return (
    <section className="app-card app-stack" aria-labelledby="encryption">
      <h2 id="encryption">Notes that the sync server cannot read</h2>
      <ul className="app-list">
        {states.map(state => (
          <li key={state.projectId}>
            <ProjectEncryption team={team} state={state} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function ProjectEncryption({ team, state }: { team: TeamState; state: EncryptionState }) {
  const { busy, error, run } = useAction();
  const { projectId, encrypted, message } = state;
  const name = useLive(projectList).items.find(project => project.projectId === projectId)?.name ?? projectId;
  const refusal = whyNot(team, 'encryption.begun', { what: 'have notes encrypted', model: projectId });
  return (
    <>
      <div className="row">
        <Icon name={encrypted ? 'lock' : 'unlock'} />
        <strong>{name}</strong>
        <span className="bm-muted">{message || (encrypted ? 'encrypted' : 'the server can read what is written')}</span>
        {!encrypted && (
          <button
            className="bm-button"
            style={{ marginLeft: 'auto' }}
            disabled={busy || refusal !== null}
            title={refusal ?? 'From now on, for good'}
            onClick={() => run(() => encryptionList.answer(engine.encryption.begin.mutate({ projectId })))}
          >
            Encrypt notes of {name}
          </button>
        )}
      </div>
      <ErrorLine error={error} />
    </>
  );
}
