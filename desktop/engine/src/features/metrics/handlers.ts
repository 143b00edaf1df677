import type { MetricPoint } from '@benchmate/shared/domain/metric';
import type { Handlers } from '@benchmate/shared/protocol/contract';
import type { metrics } from '@benchmate/shared/protocol/metrics';
import { toMetricPoint } from './point.ts';
import type { MetricsService } from './service.ts';

export function metricsHandlers(service: MetricsService): Handlers<typeof metrics> {
  return {
    history: async ({ runId, key, maxPoints, steps }) => {
      const { points, total } = await service.history(runId, key, maxPoints, steps);
      return { runId, key, total, points: points.map(toMetricPoint) };
    },
    points: async ({ runId, keys, offset, limit }) => {
      const series: { key: string; points: MetricPoint[] }[] = [];
      let left = limit;
      for (const [index, key] of keys.entries()) {
        const { points } = await service.page(runId, key, left, index === 0 ? offset : 0);
        series.push({ key, points: points.map(toMetricPoint) });
        left -= points.length;
        if (left === 0) break;
      }
      return series;
    },
    watch: async function* ({ runId }, signal, lastId) {
      for await (const { id, data } of service.watch(runId, signal, lastId))
        yield { id, data: data.map(point => ({ key: point.key, point: toMetricPoint(point) })) };
    },
  };
}
