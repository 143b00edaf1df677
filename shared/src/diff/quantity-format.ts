/** `0.4 s`, `12 s`, `12 min 04 s`, `3 h 05 min`, `2 d 04 h`: at most two units. */
export function formatDuration(durationMs: number): string {
  if (!Number.isFinite(durationMs)) return '–';
  const seconds = Math.max(0, durationMs) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

const sizeUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Binary units with three significant digits: `812 B`, `1.44 MiB`. */
export function formatBytes(sizeBytes: number): string {
  let size = sizeBytes;
  let unit = 0;
  while (size >= 1023.5 && unit < sizeUnits.length - 1) {
    size /= 1024;
    unit++;
  }
  const text =
    unit === 0
      ? String(Math.round(size))
      : size < 9.995
        ? size.toFixed(2)
        : size < 99.95
          ? size.toFixed(1)
          : size.toFixed(0);
  return `${text} ${sizeUnits[unit]}`;
}

/** `just now`, `5 min ago`, `3 h ago`, `yesterday`, `4 d ago`, then the date `2026-03-01` (UTC). The absolute time belongs into the tooltip. */
export function formatRelativeTime(atMs: number, nowMs: number): string {
  const seconds = (nowMs - atMs) / 1000;
  // Clocks of teammates differ: a little in the future is now.
  if (seconds < 45) return seconds > -120 ? 'just now' : isoDate(atMs);
  if (seconds < 3570) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 86_400) return `${Math.round(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  if (days === 1) return 'yesterday';
  return days < 30 ? `${days} d ago` : isoDate(atMs);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

function isoDate(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
