/** Whether SQLite says that the index is not as it left it: it can be made again. */
export function isDamage(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'SQLITE_CORRUPT_VTAB' || code === 'SQLITE_CORRUPT') return true;
  return (
    code === 'SQLITE_ERROR' && /no such table: text_index|vtable constructor failed/.test((error as Error).message)
  );
}
