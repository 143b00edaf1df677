import type { SignIns } from '../access/oidc/sign-ins.ts';
import type { RevokedDevices } from '../access/revoked.ts';
import type { Teams } from '../feeds/teams.ts';
import type { Connections } from '../http/connections.ts';
import type { Counters } from '../operations/counters.ts';
import type { Operations } from '../operations/operations.ts';
import type { Quotas } from '../quotas.ts';
import type { Storage } from '../storage/ports.ts';
import type { ConnectionReport, DocumentReport, MemberReport, StatusReport } from './report.ts';

export interface ReportsParts {
  url: string;
  storage: Storage;
  storageKind: string;
  teams: Teams;
  connected: Connections;
  revoked: RevokedDevices;
  /** Where people sign in. */
  signIns: SignIns | null;
  operations: Operations;
  counters: Counters;
  quotas: Quotas;
  certificateEnds: () => number | null;
}

/** What the operator is shown. */
export class Reports {
  readonly #parts: ReportsParts;

  constructor(parts: ReportsParts) {
    this.#parts = parts;
  }

  async status(): Promise<StatusReport> {
    const { url, storageKind, operations, counters, certificateEnds } = this.#parts;
    const { ready, reason = null } = operations.ready();
    const { rooms, connections, documents, teams, entries, storageBytes } = await operations.gauges();
    return {
      url,
      pid: process.pid,
      startedAt: operations.health().startedAt,
      ready,
      reason,
      storage: storageKind,
      storageBytes,
      documents,
      teams,
      entries,
      rooms,
      connections,
      updates: counters.updates,
      certificateEnds: certificateEnds(),
    };
  }

  /** Of all teams; a person with several devices is there once with each. */
  async members(): Promise<MemberReport[]> {
    const { storage, teams, revoked, signIns, connected } = this.#parts;
    const open = connected.all();
    const reports: MemberReport[] = [];
    for (const team of await storage.entries.teams()) {
      const { membership } = await teams.feedsOf(team);
      for (const member of membership.members)
        reports.push({
          ...member,
          team,
          teamName: membership.name,
          revoked: revoked.has(member.device),
          signedIn: (await signIns?.of(member.device)) ?? null,
          connections: open.filter(({ device }) => device === member.device).length,
        });
    }
    return reports;
  }

  documents(limit: number): Promise<DocumentReport[]> {
    return this.#parts.storage.documents.largest(limit);
  }

  connections(): ConnectionReport[] {
    return this.#parts.connected.all().toSorted((a, b) => a.since - b.since);
  }

  quotas(): Quotas {
    return this.#parts.quotas;
  }
}
