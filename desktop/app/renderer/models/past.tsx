import { clockDisagreementText } from '@benchmate/shared/diff/clock-disagreement-text';
import { modelPath } from '@benchmate/shared/domain/companion-path';
import type { AliasThen, RegistryThen } from '@benchmate/shared/domain/registry-then';
import { Chip } from '@benchmate/shared/ui/chip';
import { ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { Person } from '@benchmate/shared/ui/person';
import { absoluteTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useLoad } from '../engine/use-load.ts';
import { Link, navigate } from '../shell/router.tsx';
import { MomentChoice } from './moment-choice.tsx';
import { newestFirst, tally } from './version-of.ts';

/** The address of a model's page as of a moment, ISO 8601. */
export const pastPath = (model: string, at: string): string => `${modelPath(model)}?as-of=${encodeURIComponent(at)}`;

const requestWords = {
  open: 'had been asked for a review',
  answered: 'had been asked for a review and had answered, asked',
  withdrawn: 'had been asked for a review; that was withdrawn, asked',
} as const;

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A model as it was: what its aliases pointed to, who set them and who had approved. Nothing can be changed here. */
export function Past({ model, at }: { model: string; at: string }) {
  const { data, error, slow, reload } = useLoad(`past ${at}`, signal => engine.audit.asOf.query({ at }, { signal }));
  const moments = useLoad(`moments ${model}`, signal => engine.audit.moments.query({ model }, { signal }));
  const go = (to: string) => navigate(pastPath(model, to), { replace: true });
  return (
    <div className="app-stack">
      <section className="app-card contested" aria-labelledby="past">
        <h2 id="past">
          <Icon name="history" /> You look at the past
        </h2>
        <p role="status">
          {model} as of <strong>{absoluteTime(new Date(at))}</strong> ({zone}). Nothing here can be changed.
        </p>
        <MomentChoice at={at} moments={moments.data ?? []} choose={go} />
        <div className="row">
          <Link className="bm-button primary" to={modelPath(model)}>
            Back to now
          </Link>
        </div>
      </section>
      {error && <ErrorState error={error} retry={reload} />}
      {!data && !error && slow && <Skeleton what="the past" lines={3} />}
      {data && <Then then={data} name={model} />}
    </div>
  );
}

function Then({ then, name }: { then: RegistryThen; name: string }) {
  const model = then.models.find(candidate => candidate.name === name);
  const aliases = then.aliases.filter(each => each.model === name);
  return (
    <>
      {then.disagreements.map(each => (
        <p key={`${each.kind} ${each.device} ${each.otherDevice}`}>
          <Icon name="warning" /> {clockDisagreementText(each)}
        </p>
      ))}
      {!model && <p className="bm-muted">There was no model of this name.</p>}
      {model && aliases.length === 0 && <p className="bm-muted">No alias pointed to a version.</p>}
      {aliases.map(alias => (
        <AliasOfThen key={alias.alias} alias={alias} />
      ))}
      {model && (
        <section className="app-section" aria-labelledby="versions-then">
          <h2 id="versions-then">
            Versions <span className="bm-muted">{model.versions.length === 0 ? 'none' : model.versions.length}</span>
          </h2>
          <ul className="app-history">
            {newestFirst(model).map(version => (
              <li key={version.versionId} style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
                <span>
                  <strong>v{version.version}</strong> registered by {version.registeredBy.name},{' '}
                  {absoluteTime(new Date(version.at))}
                </span>
                <span className="bm-muted">{tally(version).approved} approved</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p className="bm-muted">
        {then.entries} signed entries counted then; this device holds {then.later} later ones. Times are what their
        authors’ clocks said.
      </p>
    </>
  );
}

function AliasOfThen({ alias }: { alias: AliasThen }) {
  const { setBy, version, contested, rivals, verdicts, remarks, requests, approvalsNeeded, required } = alias;
  const groups = required.map(group => group.join(' or ')).join(', and of ');
  const id = `then-${alias.alias}`;
  return (
    <section className="app-card" aria-labelledby={id}>
      <h2 id={id}>
        <Icon name="tag" /> {alias.alias} {version === null ? 'pointed nowhere' : `pointed to v${version}`}
        {contested && (
          <Chip tone="warning" icon="warning">
            contested
          </Chip>
        )}
      </h2>
      {setBy && (
        <p className="bm-person">
          Set by <Person name={setBy.name} device={setBy.device} /> on {absoluteTime(new Date(setBy.at))}
        </p>
      )}
      {contested && (
        <p>
          Promoted apart from each other:{' '}
          {rivals
            .map(({ version: rival, name, at }) => `v${rival ?? '?'} by ${name}, ${absoluteTime(new Date(at))}`)
            .join('; ')}
          .
        </p>
      )}
      <ul className="app-history" aria-label={`Verdicts on what ${alias.alias} pointed to`}>
        {verdicts.map(({ device, name, verdict, comment, at, seenBySetter }) => (
          <li key={device} style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
            <span>
              <Person name={name} device={device} /> {verdict === 'approve' ? 'approved' : 'asked for changes'}
              {comment && `: “${comment}”`}
              {!seenBySetter && <span className="bm-muted"> Not seen by who set the alias.</span>}
            </span>
            <span className="bm-muted">{absoluteTime(new Date(at))}</span>
          </li>
        ))}
        {remarks.map(({ entry, device, name, comment, at }) => (
          <li key={entry} style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
            <span>
              <Person name={name} device={device} /> reviewed without a vote{comment && `: “${comment}”`}
            </span>
            <span className="bm-muted">{absoluteTime(new Date(at))}</span>
          </li>
        ))}
        {requests.map(({ person, name, by, comment, at, state }) => (
          <li key={`asked ${person}`} style={{ gridTemplateColumns: 'minmax(0, 1fr) auto' }}>
            <span>
              <Person name={name} device={person} /> {requestWords[state]} by {by.name}
              {comment && `: “${comment}”`}
            </span>
            <span className="bm-muted">{absoluteTime(new Date(at))}</span>
          </li>
        ))}
      </ul>
      <p className="bm-muted">
        {verdicts.length === 0 ? 'Nobody had given a verdict. ' : ''}
        {approvalsNeeded === 0
          ? 'The team asked for no approval.'
          : `The team asked for ${approvalsNeeded === 1 ? 'one approval' : `${approvalsNeeded} approvals`}.`}
        {groups && ` It required the approval of ${groups}.`}
      </p>
    </section>
  );
}
