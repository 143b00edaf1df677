import { useId, useState } from 'react';
import type { AliasPolicies, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { modelList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { whyNot } from '../team/rights.ts';
import { tally } from './version-of.ts';

const usual = ['champion', 'challenger', 'staging', 'production'];

/** Gives an alias to this version, and says how many approvals that takes; the engine refuses what the team's rules do not allow. */
export function PromoteBox({
  model,
  version,
  policies,
  team,
  onPolicy,
}: {
  model: RegisteredModel;
  version: ModelVersion;
  policies: AliasPolicies;
  team: TeamState | undefined;
  onPolicy: () => void;
}) {
  const [alias, setAlias] = useState('champion');
  const { busy, error, run } = useAction();
  const names = useId();
  const needed = policies[alias] ?? 0;
  const { approved } = tally(version);
  const known = [...new Set([...model.aliases.map(held => held.alias), ...Object.keys(policies), ...usual])];
  const promote = () =>
    run(() => modelList.answer(engine.registry.promote.mutate({ model: model.name, version: version.version, alias })));
  const require = (approvals: number) => run(() => engine.registry.setPolicy.mutate({ alias, approvals }), onPolicy);

  const refusal = team && whyNot(team, 'alias.promoted', { what: 'promote', model: model.name });
  if (refusal)
    return (
      <section className="app-card" aria-labelledby="promote">
        <h2 id="promote">Promote v{version.version}</h2>
        <p className="bm-muted">
          <Icon name="lock" /> {refusal}
        </p>
      </section>
    );
  return (
    <section className="app-card" aria-labelledby="promote">
      <h2 id="promote">Promote v{version.version}</h2>
      <div className="app-form">
        <label className="bm-label">
          Alias
          <input
            className="bm-field"
            list={names}
            value={alias}
            onChange={event => setAlias(event.target.value.trim())}
          />
        </label>
        <datalist id={names}>
          {known.map(name => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button className="bm-button" disabled={busy || alias === ''} onClick={promote}>
          Promote
        </button>
      </div>
      {alias !== '' && (
        <label className="row">
          <span>{alias} needs</span>
          <select
            className="bm-field"
            style={{ width: 'auto' }}
            disabled={busy}
            value={needed}
            onChange={event => require(Number(event.target.value))}
          >
            {[...new Set([0, 1, 2, 3, needed])].map(count => (
              <option key={count} value={count}>
                {count === 0 ? 'no approvals' : count === 1 ? '1 approval' : `${count} approvals`}
              </option>
            ))}
          </select>
          <span className="bm-muted">
            of others, for every model; v{version.version} has {approved}
          </span>
        </label>
      )}
      <ErrorLine error={error} />
    </section>
  );
}
