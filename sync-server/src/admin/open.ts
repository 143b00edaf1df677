import { mkdirSync } from 'node:fs';
import { publishAdmin } from './admin-file.ts';
import { Reports, type ReportsParts } from './reports.ts';
import { openAdminServer, type AdminServerParts } from './server.ts';

export interface AdminOptions {
  adminPort?: number;
  dataDir?: string;
}

/** Opens the operator's door and says in the data directory where it is. Settles to what closes it; does nothing without a port. */
export async function openAdmin(
  { adminPort, dataDir }: AdminOptions,
  parts: ReportsParts & Pick<AdminServerParts, 'log' | 'now'>,
): Promise<() => Promise<void>> {
  if (adminPort === undefined || dataDir === undefined) return async () => {};
  const { revoked, signIns, storage, log, now } = parts;
  const server = await openAdminServer({
    port: adminPort,
    reports: new Reports(parts),
    revoked,
    signIns,
    storage,
    log,
    now,
  });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const takeBack = publishAdmin(dataDir, { url: server.url, token: server.token, pid: process.pid });
  log('info', 'admin-started', { url: server.url });
  return async () => {
    takeBack();
    await server.close();
  };
}
