import { useState } from 'react';
import type { AliasPolicies, ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { modelList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { tally } from './version-of.ts';

const usual = ['champion', 'challenger', 'staging', 'production'];

/** Gives an alias to this version; the engine refuses what the team's rules do not allow. */
export function PromoteBox({
  model,
  version,
  policies,
}: {
  model: RegisteredModel;
  version: ModelVersion;
  policies: AliasPolicies;
}) {
  const [alias, setAlias] = useState('champion');
  const { busy, error, run } = useAction();
  const needed = policies[alias] ?? 0;
  const { approved } = tally(version);
  const known = [...new Set([...model.aliases.map(held => held.alias), ...Object.keys(policies), ...usual])];
  const promote = () =>
    run(() => engine.registry.promote.mutate({ model: model.name, version: version.version, alias }), modelList.put);
  return (
    <section className="app-card" aria-labelledby="promote">
      <h2 id="promote">Promote v{version.version}</h2>
      <div className="app-form">
        <label className="bm-label">
          Alias
          <input
            className="bm-field"
            list="aliases"
            value={alias}
            onChange={event => setAlias(event.target.value.trim())}
          />
        </label>
        <datalist id="aliases">
          {known.map(name => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button className="bm-button" disabled={busy || alias === ''} onClick={promote}>
          Promote
        </button>
      </div>
      <p className="bm-muted">
        {needed === 0
          ? `${alias || 'This alias'} needs no approvals.`
          : `${alias} needs ${needed} ${needed === 1 ? 'approval' : 'approvals'}; v${version.version} has ${approved}.`}
      </p>
      <ErrorLine error={error} />
    </section>
  );
}
