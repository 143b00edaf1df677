import type uPlot from 'uplot';
import type { StepRange } from './chart-zoom.tsx';

/** A band over the steps of each thread on a curve, with a mark at its top; of one step it is a line. */
export function drawThreads(plot: uPlot, ranges: readonly StepRange[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const color = getComputedStyle(plot.root).getPropertyValue('--bm-accent').trim() || '#3b7ea1';
  const inside = (x: number) => Math.min(bbox.left + bbox.width, Math.max(bbox.left, x));
  ctx.save();
  ctx.fillStyle = color;
  for (const { from, to } of ranges) {
    const [left, right] = [plot.valToPos(from, 'x', true), plot.valToPos(to, 'x', true)];
    if (!(right >= bbox.left && left <= bbox.left + bbox.width)) continue;
    const start = inside(left);
    const width = Math.max(2 * ratio, inside(right) - start);
    ctx.globalAlpha = 0.12;
    ctx.fillRect(start, bbox.top, width, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillRect(start, bbox.top, width, 3 * ratio);
  }
  ctx.restore();
}
