/** Names of the columns of a file of rows; null where they cannot be read from its text (Parquet, an image). */
export function columnsOf(path: string, text: string): string[] | null {
  const [first = ''] = text.replace(/^\uFEFF/, '').split(/\r?\n/, 1);
  if (/\.csv$/i.test(path)) return fields(first, first.includes(';') && !first.includes(',') ? ';' : ',');
  if (/\.tsv$/i.test(path)) return fields(first, '\t');
  if (/\.(jsonl|ndjson)$/i.test(path)) return keysOf(first);
  return null;
}

/** One line of RFC 4180. */
function fields(line: string, separator: ',' | ';' | '\t'): string[] {
  const pattern = new RegExp(`(?:^|${separator})(?:"((?:[^"]|"")*)"|([^${separator}]*))`, 'g');
  return [...line.matchAll(pattern)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? (plain ?? '').trim());
}

function keysOf(line: string): string[] | null {
  try {
    const row: unknown = JSON.parse(line);
    return typeof row === 'object' && row !== null && !Array.isArray(row) ? Object.keys(row) : null;
  } catch {
    return null;
  }
}
