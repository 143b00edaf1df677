import { useId } from 'react';
import { grantableRole, type Role } from '@benchmate/shared/domain/team';
import { roleSentence } from '@benchmate/shared/facts/rights';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import type { Person } from './people.ts';

type Grantable = Exclude<Role, 'agent'>;

/** What a person may do, to be changed by owners. */
export function RoleMenu({ person: { person, member } }: { person: Person }) {
  const { busy, error, run } = useAction();
  const hint = useId();
  return (
    <span className="app-role">
      <select
        className="bm-field"
        aria-label={`What ${member.name} may do`}
        aria-describedby={hint}
        value={member.role}
        disabled={busy}
        onChange={event => {
          const role = event.target.value as Grantable;
          run(() => teamList.answer(engine.team.setRole.mutate({ person, role })));
        }}
      >
        {grantableRole.options.map(role => (
          <option key={role} value={role}>
            {role}: {roleSentence[role]}
          </option>
        ))}
      </select>
      <span className="bm-unseen" id={hint}>
        {roleSentence[member.role]}
      </span>
      <ErrorLine error={error} />
    </span>
  );
}
