import { useMemo, type ReactNode } from 'react';
import { AgentDevices } from '@benchmate/shared/ui/person';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';

/** Lets every avatar below know who is an agent. */
export function KnownAgents({ children }: { children: ReactNode }) {
  const members = useLive(teamList).items[0]?.members;
  const agents = useMemo(
    () => new Set((members ?? []).filter(({ role }) => role === 'agent').map(({ device }) => device)),
    [members],
  );
  return <AgentDevices value={agents}>{children}</AgentDevices>;
}
