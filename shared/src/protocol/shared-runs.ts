import { z } from 'zod';
import { runSharing } from '../domain/shared-run.ts';
import { mutation, query } from './contract.ts';

/** Runs that teammates see on their own devices. `runId`: as in `runs.get`. */
export const sharedRuns = {
  sharing: query(z.object({ runId: z.string() }), runSharing),
  /**
   * Gives the team the run's numbers as they are now; shared again, they replace those before. FORBIDDEN for who may only read and for a
   * teammate's run, NOT_FOUND for one that belongs to no project of the team, TOO_LARGE for one whose params and tags are.
   */
  share: mutation(z.object({ runId: z.string() }), runSharing),
};
