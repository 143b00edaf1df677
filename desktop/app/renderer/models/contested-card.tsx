import { useState } from 'react';
import type { AliasState, RegisteredModel } from '@benchmate/shared/domain/registry';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { Avatar } from '@benchmate/shared/ui/person';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { modelList, teamList } from '../engine/lists.ts';
import { useLive } from '../engine/live-list.ts';
import { useAction } from '../engine/use-action.ts';
import { whyNot } from '../team/rights.ts';
import { versionNumber } from './version-of.ts';

const counts = ['', 'One person', 'Two people', 'Three people', 'Four people'];
const peopleWords = (count: number): string => counts[count] ?? `${count} people`;

/** Why an alias is contested, who did what, what serves meanwhile, and the choice. */
export function ContestedCard({ model, alias }: { model: RegisteredModel; alias: AliasState }) {
  const { busy, error, run } = useAction();
  const [reason, setReason] = useState('');
  const team = useLive(teamList).items[0];
  const refusal = team && whyNot(team, 'contested.resolved', { what: 'choose', model: model.name });
  const serving = versionNumber(model, alias.holder);
  const rivals = alias.claims.map(claim => ({ ...claim, version: versionNumber(model, claim.versionId) }));
  const versions = [...new Set(rivals.map(({ version }) => version))].filter(version => version !== null);
  const choose = (version: number) =>
    run(() =>
      modelList.answer(engine.registry.resolve.mutate({ model: model.name, alias: alias.alias, version, reason })),
    );
  return (
    <section className="app-card contested" aria-labelledby={`contested-${alias.alias}`}>
      <h2 id={`contested-${alias.alias}`}>
        <Icon name="warning" /> {alias.alias} is contested
      </h2>
      <p>
        {peopleWords(new Set(alias.claims.map(({ device }) => device)).size)} promoted different versions while apart:
      </p>
      <ul className="app-history">
        {rivals.map(({ entry, version, name, device, at }) => (
          <li key={entry}>
            <Avatar name={name} device={device} />
            <span>
              <strong>v{version ?? '?'}</strong> by {name}
            </span>
            <span className="bm-muted">
              <RelativeTime at={at} />
            </span>
          </li>
        ))}
      </ul>
      <p>
        {serving === null ? 'Nothing serves until one is chosen.' : `Serving stays on v${serving} until one is chosen.`}
      </p>
      {refusal ? (
        <p className="bm-muted">
          <Icon name="lock" /> {refusal}
        </p>
      ) : (
        <>
          <label className="bm-label">
            Reason, for the history
            <input className="bm-field" value={reason} onChange={event => setReason(event.target.value)} />
          </label>
          <div className="row">
            {versions.map(version => (
              <button key={version} className="bm-button primary" disabled={busy} onClick={() => choose(version)}>
                Choose v{version}
              </button>
            ))}
          </div>
        </>
      )}
      <ErrorLine error={error} />
    </section>
  );
}
