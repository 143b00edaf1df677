import type uPlot from 'uplot';
import { personColor } from '@benchmate/shared/domain/person-color';

/** Somebody else's pointer on a chart. */
export interface ChartPerson {
  device: string;
  name: string;
  step: number;
}

/** A line at each one's step with the name at its top, over the curves. Those outside of what is shown are not drawn. */
export function drawPeople(plot: uPlot, people: readonly ChartPerson[]): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px ${getComputedStyle(plot.root).fontFamily}`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  for (const { device, name, step } of people) {
    const x = Math.round(plot.valToPos(step, 'x', true));
    if (!(x >= bbox.left && x <= bbox.left + bbox.width)) continue;
    const color = canvasColor(personColor(device));
    ctx.strokeStyle = color;
    ctx.lineWidth = 2 * ratio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const label = name.length > 20 ? `${name.slice(0, 19)}…` : name;
    const width = ctx.measureText(label).width + 8 * ratio;
    const left = Math.min(x, bbox.left + bbox.width - width);
    ctx.fillStyle = color;
    ctx.fillRect(left, bbox.top, width, 15 * ratio);
    ctx.fillStyle = '#fff';
    ctx.fillText(label, left + 4 * ratio, bbox.top + 2 * ratio);
  }
  ctx.restore();
}

/** Canvases of older browsers take no `oklch()`: the computed style is a colour that they take. */
function canvasColor(color: string): string {
  const probe = document.createElement('span');
  probe.style.color = color;
  document.body.append(probe);
  const { color: resolved } = getComputedStyle(probe);
  probe.remove();
  return resolved;
}
