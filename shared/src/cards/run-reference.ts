import type { Run } from '../domain/run.ts';

/**
 * What binds a number of a card to a metric of a run: `run:8f3a21c0#val/acc`. What would end it where it is read (blanks, brackets, `#`,
 * quotes) is percent-encoded.
 */
export function runReference({ runId }: Pick<Run, 'runId'>, metric: string): string {
  const plain = encodeURI(metric.toWellFormed()).replaceAll(/[()#]/g, mark => `%${mark.charCodeAt(0).toString(16)}`);
  return `run:${runId.slice(0, 8)}#${plain}`;
}
