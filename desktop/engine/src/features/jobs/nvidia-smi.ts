/** One row of `nvidia-smi --query-gpu=index,uuid,name,memory.total,memory.used,utilization.gpu --format=csv,noheader,nounits`. */
export interface Gpu {
  index: number;
  uuid: string;
  name: string;
  /** Null where the card or its driver does not tell. */
  memoryTotalMiB: number | null;
  memoryUsedMiB: number | null;
  utilizationPercent: number | null;
}

/** Cards of an output; lines that are no cards (warnings, errors) are passed over. */
export function parseGpuList(output: string): Gpu[] {
  return output.split(/\r?\n/).flatMap(line => {
    const fields = line.split(', ').map(field => field.trim());
    if (fields.length < 6) return [];
    const index = Number(fields[0]);
    const uuid = fields[1]!;
    if (!Number.isInteger(index) || !/^GPU-[0-9a-f-]+$/i.test(uuid)) return [];
    const [total, used, utilization] = fields.slice(-3);
    return [
      {
        index,
        uuid,
        name: fields.slice(2, -3).join(', '),
        memoryTotalMiB: number(total),
        memoryUsedMiB: number(used),
        utilizationPercent: number(utilization),
      },
    ];
  });
}

/** `[N/A]`, `[Not Supported]`, `[Unknown Error]`, `[GPU is lost]` … are no numbers. */
function number(field: string | undefined): number | null {
  if (!field || field.startsWith('[') || !Number.isFinite(Number(field))) return null;
  return Number(field);
}
