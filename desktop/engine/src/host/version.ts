/** The same for every package of the product; the build checks it against package.json. */
export const engineVersion = '0.1.0';

const leastNode = 24;
const leastSqlite = [3, 51, 3];

/** Null when this Node is new enough, else a sentence. */
export function refuseNode(version: string): string | null {
  const major = Number(version.split('.')[0]);
  return major >= leastNode ? null : `Benchmate's engine needs Node ${leastNode} or newer; this is Node ${version}.`;
}

/** Null when this SQLite is free of the WAL reset race (fixed in 3.51.3), else a sentence. */
export function refuseSqlite(version: string): string | null {
  const parts = version.split('.').map(Number);
  for (const [index, least] of leastSqlite.entries()) {
    const part = parts[index] ?? 0;
    if (part > least) return null;
    if (part < least)
      return `Benchmate's engine needs SQLite ${leastSqlite.join('.')} or newer; this Node carries ${version}.`;
  }
  return null;
}
