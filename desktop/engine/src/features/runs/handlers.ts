import { toMetricValue } from '@benchmate/shared/domain/metric';
import type { Run } from '@benchmate/shared/domain/run';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { runs } from '@benchmate/shared/protocol/runs';
import type { RunRecord } from './run-record.ts';
import type { RunsService } from './service.ts';

export function runsHandlers(service: RunsService): Handlers<typeof runs> {
  return {
    list: async ({ projectId = null, search = '', cursor, limit }) => {
      const page = await service.list({
        projectId,
        search,
        limit,
        after: cursor === undefined ? null : fromCursor(cursor),
      });
      const last = page.runs.length === limit ? page.runs.at(-1) : undefined;
      return { runs: page.runs.map(toRun), total: page.total, cursor: last ? toCursor(last) : null };
    },
    get: async ({ runId }) => toRun(await service.read(service.findId(runId))),
    rename: async ({ runId, name }) => {
      const found = service.find(runId);
      return toRun(await service.update(found.runId, { name, status: null, endTime: null }));
    },
    changes: async function* ({ projectId }, signal, lastId) {
      for await (const { id, data } of service.changes.announcer.subscribe(signal, lastId)) {
        const changed = service.changed(data).filter(run => projectId === undefined || run.projectId === projectId);
        if (changed.length > 0) yield { id, data: changed.map(toRun) };
      }
    },
  };
}

/** As our own clients know a run. */
export function toRun(record: RunRecord): Run {
  const { params, tags, metrics } = record;
  return {
    runId: record.runId,
    name: record.name,
    experimentId: record.experimentId,
    experimentName: record.experimentName,
    projectId: record.projectId,
    jobId: record.jobId,
    status: record.status,
    startTime: record.startTime,
    endTime: record.endTime,
    artifactUri: record.artifactUri,
    ...(record.lifecycle === 'deleted' && { deleted: true }),
    params: Object.fromEntries(params.map(({ key, value }) => [key, value])),
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    metrics: Object.fromEntries(
      metrics.map(({ key, step, timestamp, value }) => [key, { step, timestamp, value: toMetricValue(value) }]),
    ),
    ...(record.metricsLeftOut > 0 && { metricsLeftOut: record.metricsLeftOut }),
  };
}

const toCursor = ({ startTime, runId }: RunRecord) => `${startTime}.${runId}`;

function fromCursor(cursor: string): { startTime: number; runId: string } {
  const [, startTime, runId] = /^(-?\d{1,16})\.(\w+)$/.exec(cursor) ?? [];
  if (!startTime || !runId) throw new BenchmateError('BAD_REQUEST', 'This cursor comes from no page of runs.');
  return { startTime: Number(startTime), runId };
}
