import { diffMetrics } from '@benchmate/shared/diff/metrics-diff';
import { formatMetricColumn } from '@benchmate/shared/diff/number-format';
import { diffParams } from '@benchmate/shared/diff/params-diff';
import { modelPath, pathTo } from '@benchmate/shared/domain/companion-path';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import type { Run } from '@benchmate/shared/domain/run';
import { DiffCell } from '@benchmate/shared/ui/diff-cell';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { projectList } from '../engine/lists.ts';
import { useLoad } from '../engine/use-load.ts';
import { Link } from '../shell/router.tsx';
import { rivalOf } from './version-of.ts';

/** The numbers behind a version, against the version that people would replace with it. */
export function Evidence({ model, version }: { model: RegisteredModel; version: ModelVersion }) {
  const rival = rivalOf(model, version, 'with a run');
  const asked = useLoad(`evidence ${version.runId} ${rival?.version.runId}`, signal =>
    Promise.all(
      [version.runId, rival?.version.runId ?? null].map(runId =>
        runId ? engine.runs.get.query({ runId }, { signal }).catch(absent) : Promise.resolve(null),
      ),
    ),
  );
  const [run, before] = asked.data ?? [];
  return (
    <section className="app-section" aria-labelledby="evidence" style={{ marginTop: 0 }}>
      <h2 id="evidence">
        Evidence{' '}
        {rival && before && (
          <span className="bm-muted">
            against {rival.alias}{' '}
            <Link to={modelPath(model.name, rival.version.version)}>v{rival.version.version}</Link>
          </span>
        )}
      </h2>
      <ErrorLine error={asked.error} />
      {!version.runId ? (
        <p className="bm-muted">No run is linked to this version, so there are no numbers to show.</p>
      ) : (
        asked.data && (run ? <Numbers run={run} before={before ?? null} /> : <Elsewhere version={version} />)
      )}
    </section>
  );
}

/** Null for a run that is on another device alone. */
function absent(error: unknown): null {
  if (error instanceof BenchmateError && error.code === 'NOT_FOUND') return null;
  throw error;
}

function Elsewhere({ version: { registeredBy, runId } }: { version: ModelVersion }) {
  return (
    <p className="bm-muted">
      Its run is not on this device. It comes by itself when {registeredBy.name} asks for a review, or with{' '}
      <code>benchmate runs share {runId?.slice(0, 8)}</code> there.
    </p>
  );
}

function Numbers({ run, before }: { run: Run; before: Run | null }) {
  const project = useLive(projectList).items.find(({ projectId }) => projectId === run.projectId);
  const options = project ? { directions: project.directions, primaryMetric: project.primaryMetric } : {};
  const changes = diffMetrics(before?.metrics ?? {}, run.metrics, options).filter(change => change.new !== null);
  const params = before ? diffParams(before.params, run.params) : [];
  if (changes.length === 0) return <p className="bm-muted">The run logged no metrics.</p>;
  return (
    <>
      <div className="bm-scroll" tabIndex={0} role="region" aria-label="Metrics of this version">
        <table className="bm-table" style={{ width: 'auto', minWidth: 'min(100%, 420px)' }}>
          <thead>
            <tr>
              <th scope="col">metric</th>
              <th scope="col" className="number">
                value
              </th>
              {before && (
                <>
                  <th scope="col" className="number">
                    before
                  </th>
                  <th scope="col" className="number">
                    difference
                  </th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {changes.map(change => {
              const [value, old] = formatMetricColumn([change.new, change.old]);
              return (
                <tr key={change.key}>
                  <td>{change.key}</td>
                  <td className="number">{value}</td>
                  {before && (
                    <>
                      <td className="number">{old}</td>
                      <td className="number">
                        <DiffCell difference={change.difference} reference={change.new} verdict={change.verdict} />
                      </td>
                    </>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {before && (
        <p style={{ marginTop: 8 }}>
          {params.length === 0
            ? 'No param differs. '
            : `${params.length} ${params.length === 1 ? 'param differs' : 'params differ'}: ${params
                .slice(0, 4)
                .map(({ key, old, new: value }) => `${key} ${old ?? 'not logged'} → ${value ?? 'not logged'}`)
                .join(', ')}${params.length > 4 ? ' …' : ''} `}
          <Link to={`/compare?runs=${before.runId},${run.runId}`}>Compare the runs</Link>
        </p>
      )}
      {!before && (
        <p style={{ marginTop: 8 }}>
          <Link to={pathTo('runs', run.runId)}>Open the run</Link>
        </p>
      )}
    </>
  );
}
