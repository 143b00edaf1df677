import { useState } from 'react';
import { grantableRole, type Role } from '@benchmate/shared/domain/team';
import { projectOf, roleSentence } from '@benchmate/shared/facts/rights';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { Dialog } from '@benchmate/shared/ui/dialog';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { modelList, projectList, teamList } from '../engine/lists.ts';
import { useLive } from '../engine/live-list.ts';
import { useAction } from '../engine/use-action.ts';
import { peopleOf, type Person } from './people.ts';
import { whyNot } from './rights.ts';

type InProject = Exclude<Role, 'agent' | 'owner'>;
interface Change {
  person: Person;
  column: Column;
  role: InProject | null;
}
interface Column {
  /** What facts call it. */
  project: string;
  name: string;
}

const rolesInProjects = grantableRole.exclude(['owner']).options;

/** Who may do what in single projects: people by projects, to be changed by owners. */
export function ProjectRoles({ team }: { team: TeamState }) {
  const [change, setChange] = useState<Change | null>(null);
  const columns = useColumns(team);
  const people = peopleOf(team.members).filter(({ member }) => member.active && member.role !== 'agent');
  const refusal = whyNot(team, 'role.set', { what: 'change roles' });
  return (
    <section className="app-section" aria-labelledby="project-roles">
      <h2 id="project-roles">
        Roles in projects <span className="bm-muted">{columns.length === 0 ? 'no project yet' : columns.length}</span>
      </h2>
      <p className="bm-muted app-text">
        A role in a project counts there instead of the role in the team: for its documents, and for the models whose
        name begins with it. Owners are owners everywhere.
      </p>
      {refusal && (
        <p className="bm-muted">
          <Icon name="lock" /> {refusal}
        </p>
      )}
      {columns.length > 0 && (
        <div className="bm-scroll" tabIndex={0} role="region" aria-label="Roles in projects">
          <table className="bm-table app-roles">
            <thead>
              <tr>
                <th scope="col">Member</th>
                <th scope="col">In the team</th>
                {columns.map(({ project, name }) => (
                  <th scope="col" key={project} title={project}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {people.map(person => (
                <tr key={person.person}>
                  <th scope="row" title={person.member.name}>
                    {person.member.name}
                  </th>
                  <td>{person.member.role}</td>
                  {columns.map(column => (
                    <td key={column.project}>
                      <Cell person={person} column={column} mayChange={refusal === null} choose={setChange} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {change && <Confirm change={change} close={() => setChange(null)} />}
    </section>
  );
}

function Cell({
  person,
  column,
  mayChange,
  choose,
}: {
  person: Person;
  column: Column;
  mayChange: boolean;
  choose: (change: Change) => void;
}) {
  const { member } = person;
  if (member.role === 'owner') return <span className="bm-muted">owner</span>;
  const own = member.projects[column.project];
  if (!mayChange) return own ?? <span className="bm-muted">as in the team</span>;
  return (
    <select
      className="bm-field"
      aria-label={`What ${member.name} may do in ${column.name}`}
      value={own ?? ''}
      onChange={event =>
        choose({ person, column, role: event.target.value === '' ? null : (event.target.value as InProject) })
      }
    >
      <option value="">as in the team</option>
      {rolesInProjects.map(role => (
        <option key={role} value={role}>
          {role}
        </option>
      ))}
    </select>
  );
}

/** Says what it will mean before it is signed. */
function Confirm({ change: { person, column, role }, close }: { change: Change; close: () => void }) {
  const { busy, error, run } = useAction();
  const { name, role: inTeam } = person.member;
  const set = () =>
    run(
      () => teamList.answer(engine.team.setRole.mutate({ person: person.person, role, project: column.project })),
      close,
    );
  return (
    <Dialog
      title={role === null ? `${name} in ${column.name}: as in the team?` : `Make ${name} ${role} in ${column.name}?`}
      close={close}
    >
      <p>
        {role === null
          ? `There, ${name} is ${inTeam} again, as in the team: ${roleSentence[inTeam]}.`
          : `Who is ${role} there: ${roleSentence[role]}. Elsewhere ${name} stays ${inTeam}.`}
      </p>
      <p className="bm-muted">
        It is signed by you and seen by everybody. What {name} writes without having seen it counts by the lower of both
        roles.
      </p>
      <ErrorLine error={error} />
      <div className="actions">
        <button className="bm-button" autoFocus onClick={close}>
          Leave it
        </button>
        <button className="bm-button primary" disabled={busy} onClick={set}>
          {role === null ? 'As in the team' : `Make ${role}`}
        </button>
      </div>
    </Dialog>
  );
}

/** Projects of the team, what the names of models begin with, and what roles were given for. */
function useColumns({ members }: TeamState): Column[] {
  const projects = useLive(projectList).items;
  const models = useLive(modelList).items;
  const names = new Map(projects.map(({ projectId, name }) => [projectId, name]));
  const wanted = new Set([
    ...names.keys(),
    ...models.map(({ name }) => projectOf(name)),
    ...members.filter(({ active }) => active).flatMap(member => Object.keys(member.projects)),
  ]);
  const prefixes = new Set(models.map(({ name }) => projectOf(name)));
  return [...wanted]
    .map(project => {
      const name = names.get(project);
      if (name === undefined) return { project, name: `${project}, models` };
      return { project, name: prefixes.has(project) ? name : `${name}, documents` };
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
