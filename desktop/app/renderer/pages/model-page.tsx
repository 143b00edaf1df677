import { useEffect } from 'react';
import { modelPath, pathTo } from '@benchmate/shared/domain/companion-path';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { draftList, modelList, runList, teamList } from '../engine/lists.ts';
import { useLoad, useSlow } from '../engine/use-load.ts';
import { VersionAliasChip } from '../models/alias-chip.tsx';
import { CardSection } from '../models/card-section.tsx';
import { CardThreads } from '../models/card-threads.tsx';
import { ContestedCard } from '../models/contested-card.tsx';
import { Evidence } from '../models/evidence.tsx';
import { GivenVerdicts } from '../models/given-verdicts.tsx';
import { ModelHistory } from '../models/model-history.tsx';
import { Past, pastPath } from '../models/past.tsx';
import { VersionThreads } from '../threads/version-threads.tsx';
import { PromoteBox } from '../models/promote-box.tsx';
import { ReviewAsked } from '../models/review-asked.tsx';
import { ReviewParts } from '../models/review-parts.tsx';
import { VerdictBox } from '../models/verdict-box.tsx';
import { aliasesOf, newestFirst } from '../models/version-of.ts';
import { MentionedIn } from '../notes/mentioned-in.tsx';
import { Link, usePlace } from '../shell/router.tsx';
import { PageHead } from './page-head.tsx';

const within = { name: 'Models', to: '/models' };

/** `/models/<name>/v<number>`, or `latest`: what is asked, evidence, the card, open threads, the verdict. */
export function ModelPage({ model: name, part = 'latest' }: { model: string; part?: string | undefined }) {
  const { items, phase, error } = useLive(modelList);
  const slow = useSlow(phase === 'loading');
  const asOf = usePlace().query.get('as-of');
  const model = items.find(candidate => candidate.name === name);
  if (phase === 'failed' && error) return <ErrorState error={error} retry={() => void modelList.reload()} />;
  if (asOf !== null && !Number.isNaN(Date.parse(asOf)))
    return (
      <>
        <PageHead title={name} within={within} />
        <Past model={name} at={new Date(asOf).toISOString()} />
      </>
    );
  if (!model)
    return (
      <>
        <PageHead title={name} within={within} />
        {phase === 'loading' ? (
          slow && <Skeleton what="the model" />
        ) : (
          <EmptyState
            icon="search"
            title={`No model is called ${name}.`}
            actions={
              <Link className="bm-button" to="/models">
                All models
              </Link>
            }
          >
            It may have been renamed, or a teammate has not shared it yet.
          </EmptyState>
        )}
      </>
    );
  const versions = newestFirst(model);
  const version = versions.find(({ version }) => `v${version}` === part) ?? versions[0];
  return (
    <>
      <PageHead title={model.name} within={within} path={version && modelPath(name, version.version)}>
        <Link className="bm-button" to={pastPath(name, new Date().toISOString())}>
          Look back
        </Link>
      </PageHead>
      <nav className="app-versions" aria-label="Versions">
        {versions.map(one => (
          <Link
            key={one.versionId}
            to={modelPath(name, one.version)}
            aria-current={one === version ? 'page' : undefined}
          >
            v{one.version}
            {aliasesOf(model, one).map(alias => (
              <VersionAliasChip key={alias.alias} alias={alias} versionId={one.versionId} />
            ))}
          </Link>
        ))}
      </nav>
      <div className="app-stack">
        {model.aliases
          .filter(({ contested }) => contested)
          .map(alias => (
            <ContestedCard key={alias.alias} model={model} alias={alias} />
          ))}
        {version ? <VersionView model={model} version={version} /> : <p className="bm-muted">It has no version yet.</p>}
        <MentionedIn target={`model:${model.name}`} about />
      </div>
    </>
  );
}

function VersionView({ model, version }: { model: RegisteredModel; version: ModelVersion }) {
  const team = useLive(teamList).items[0];
  const asked = useLoad(`policies ${model.updatedAt}`, () => engine.registry.policies.query());
  const policies = asked.data ?? {};
  const run = useLive(runList).items.find(({ runId }) => runId === version.runId);
  const drafts = useLive(draftList).items.length;
  const review = useLoad(`review ${model.name} ${version.version}`, signal =>
    engine.modelReviews.show.query({ model: model.name, version: version.version }, { signal }),
  );
  const { reload } = review;
  const reloadPolicies = asked.reload;
  useEffect(() => reload(), [reload, model.updatedAt, drafts, team, asked.data]);
  useEffect(() => {
    const rules = engine.registry.ruleChanges.subscribe(undefined, { next: reloadPolicies });
    return () => rules.unsubscribe();
  }, [reloadPolicies]);
  return (
    <>
      <dl className="app-facts" style={{ marginBottom: 0 }}>
        <div>
          <dt>Registered</dt>
          <dd>
            <RelativeTime at={version.at} /> by {version.registeredBy.name}
          </dd>
        </div>
        {version.runId && (
          <div>
            <dt>From run</dt>
            <dd>
              <Link to={pathTo('runs', version.runId)}>{run?.name ?? version.runId.slice(0, 8)}</Link>
            </dd>
          </div>
        )}
        <div>
          <dt>Source</dt>
          <dd className="bm-mono" style={{ overflowWrap: 'anywhere' }}>
            {version.source}
          </dd>
        </div>
      </dl>
      {review.data && <ReviewAsked review={review.data} team={team} changed={review.reload} />}
      <ErrorLine error={review.error} />
      <Evidence model={model} version={version} />
      <CardSection model={model} version={version} />
      {review.data && <ReviewParts review={review.data} model={model} changed={review.reload} />}
      <CardThreads model={model.name} />
      <VersionThreads version={version} />
      <GivenVerdicts version={version} projectId={review.data?.projectId ?? null} />
      <div className="app-two" style={{ gap: 16 }}>
        <VerdictBox model={model} version={version} review={review.data} team={team} given={review.reload} />
        <PromoteBox model={model} version={version} policies={policies} team={team} onPolicy={asked.reload} />
      </div>
      <section className="app-section" aria-labelledby="history">
        <h2 id="history">History</h2>
        <ModelHistory
          model={model.name}
          changedAt={`${model.updatedAt} ${JSON.stringify(model.aliases)} ${version.approvals.length}`}
        />
      </section>
    </>
  );
}
