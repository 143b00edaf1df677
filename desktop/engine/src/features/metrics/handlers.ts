import { toMetricValue, type MetricPoint } from '@benchmate/shared/domain/metric';
import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { metrics } from '@benchmate/shared/protocol/metrics';
import type { Point } from './point.ts';
import type { MetricsService } from './service.ts';

export function metricsHandlers(service: MetricsService): Handlers<typeof metrics> {
  return {
    history: async ({ runId, key, maxPoints, steps }) => {
      const { points, total } = await service.history(runId, key, maxPoints, steps);
      return { runId, key, total, points: points.map(toMetricPoint) };
    },
    watch: async function* ({ runId }, signal, lastId) {
      for await (const { id, data } of service.watch(runId, signal, lastId))
        yield { id, data: data.map(point => ({ key: point.key, point: toMetricPoint(point) })) };
    },
  };
}

const toMetricPoint = ({ step, timestamp, value }: Point): MetricPoint => ({
  step,
  timestamp,
  value: toMetricValue(value),
});
