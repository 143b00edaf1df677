/** The line, from 0, at which code logs a metric by its name: `log_metric('val/loss', …)`, `log({"val/loss": …})`. Null when none does. */
export function logCallOf(metric: string, text: string): number | null {
  if (!text.includes(metric)) return null;
  const lines = text.split('\n');
  const named = [`'${metric}'`, `"${metric}"`];
  const names = (line: string) => named.some(name => line.includes(name)) && !line.trimStart().startsWith('#');
  const direct = lines.findIndex(line => names(line) && /\blog(_metrics?)?\s*\(/.test(line));
  if (direct >= 0) return direct;
  // In a dictionary that is logged a few lines on, or was begun a few lines before.
  const near = lines.findIndex(
    (line, at) => names(line) && /\blog(_metrics)?\s*\(/.test(lines.slice(Math.max(0, at - 5), at + 6).join('\n')),
  );
  return near < 0 ? null : near;
}
