import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { allocate, pointAt, toColumns, type Columns } from './columns.ts';
import { packColumn, unpackColumn } from './packed-column.ts';

const format = 1;

/** A byte for the format, four for the number of points, then steps, timestamps and values, each as `packColumn` has it. */
export function packBlock({ steps, timestamps, values }: Columns): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(format, 0);
  head.writeUInt32LE(steps.length, 1);
  return Buffer.concat([head, packColumn(steps), packColumn(timestamps), packColumn(values)]);
}

export function unpackBlock(bytes: Buffer): Columns {
  if (bytes.readUInt8(0) !== format)
    throw new BenchmateError(
      'DATA_DAMAGED',
      `A block of metric points has the unknown format ${bytes.readUInt8(0)}.`,
      'Run `benchmate store check`.',
    );
  const columns = allocate(bytes.readUInt32LE(1));
  let offset = unpackColumn(bytes, 5, columns.steps);
  offset = unpackColumn(bytes, offset, columns.timestamps);
  unpackColumn(bytes, offset, columns.values);
  return columns;
}

/** First, least, greatest, the first NaN and the last point, in order: all that a block adds to one column of a chart. */
export function extremesOf(columns: Columns): Columns {
  const { values } = columns;
  let [least, greatest, nan] = [-1, -1, -1];
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (value !== value) {
      if (nan < 0) nan = index;
      continue;
    }
    if (least < 0 || value < values[least]!) least = index;
    if (greatest < 0 || value > values[greatest]!) greatest = index;
  }
  const kept = new Set([0, least, greatest, nan, values.length - 1].filter(index => index >= 0));
  return toColumns([...kept].sort((a, b) => a - b).map(index => pointAt(columns, index)));
}
