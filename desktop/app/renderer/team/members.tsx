import { useState } from 'react';
import type { Member } from '@benchmate/shared/domain/team';
import { roleSentence } from '@benchmate/shared/facts/rights';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { Chip } from '@benchmate/shared/ui/chip';
import { Icon } from '@benchmate/shared/ui/icon';
import { Avatar } from '@benchmate/shared/ui/person';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { peopleOf, type Person } from './people.ts';
import { RemoveDialog, type Leaving } from './remove-dialog.tsx';
import { whyNot } from './rights.ts';
import { RoleMenu } from './role-menu.tsx';

/** The people of the team, each with role, devices and agents. */
export function Members({ team }: { team: TeamState }) {
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const people = peopleOf(team.members);
  return (
    <section className="app-section" style={{ marginTop: 0 }} aria-labelledby="members">
      <h2 id="members">
        Members <span className="bm-muted">{people.filter(({ member }) => member.active).length}</span>
      </h2>
      <ul className="app-list">
        {people.map(person => (
          <PersonRow key={person.person} person={person} team={team} remove={setLeaving} />
        ))}
      </ul>
      {leaving && <RemoveDialog leaving={leaving} close={() => setLeaving(null)} />}
    </section>
  );
}

interface RowProps {
  person: Person;
  team: TeamState;
  remove: (leaving: Leaving) => void;
}

function PersonRow({ person, team, remove }: RowProps) {
  const { member, devices, agents } = person;
  const isMe = person.person === team.me.person && team.me.agentOf === null;
  const mayRemove = isMe || whyNot(team, 'person.removed', { what: 'remove' }) === null;
  const maySet = team.me.active && whyNot(team, 'role.set', { what: 'change roles' }) === null;
  const isMany = devices.filter(({ active }) => active).length > 1;
  const projects = Object.entries(member.projects);
  return (
    <li className="app-list-item">
      <Avatar name={member.name} device={member.device} />
      <span>
        <strong>
          {member.name}
          {isMe && <span className="bm-muted"> (you)</span>}
        </strong>
        <span className="bm-muted">
          {member.active ? 'since' : 'removed; was a member since'} <RelativeTime at={devices[0]!.since} />
          {member.active && member.role === 'agent' && ', agent'}
          {projects.map(([project, role]) => `; ${role} in ${project}`)}
        </span>
      </span>
      <span className="chips">
        {member.active && maySet && member.role !== 'agent' ? (
          <RoleMenu person={person} />
        ) : (
          <Chip title={roleSentence[member.role]}>{member.active ? member.role : 'removed'}</Chip>
        )}
        {mayRemove && member.active && (
          <button
            className="bm-button"
            onClick={() => remove({ kind: 'person', person: person.person, name: member.name })}
          >
            {isMe ? 'Leave' : 'Remove'}
            {!isMe && <span className="bm-unseen"> {member.name}</span>}
          </button>
        )}
      </span>
      <ul className="app-devices">
        {[...devices, ...agents].map(device => (
          <DeviceRow
            key={device.device}
            device={device}
            isHere={device.device === team.device}
            remove={mayRemove && device.active && (isMany || device.agentOf !== null) ? remove : null}
          />
        ))}
      </ul>
    </li>
  );
}

function DeviceRow({
  device: { device, name, deviceName, agentOf, active, since },
  isHere,
  remove,
}: {
  device: Member;
  isHere: boolean;
  remove: ((leaving: Leaving) => void) | null;
}) {
  const called = agentOf === null ? deviceName : name;
  return (
    <li className={active ? '' : 'bm-muted'}>
      {agentOf === null ? (
        <span>{called}</span>
      ) : (
        <span>
          <Icon name="robot" /> {called}, agent
        </span>
      )}
      <span className="bm-muted">
        {agentOf !== null && `on ${deviceName}, `}
        {isHere && 'this device, '}
        {active ? 'since' : 'removed; since'} <RelativeTime at={since} />
      </span>
      {remove && !isHere && (
        <button className="bm-button" onClick={() => remove({ kind: 'device', device, name: called })}>
          Remove<span className="bm-unseen"> {called}</span>
        </button>
      )}
    </li>
  );
}
