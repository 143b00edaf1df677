import { z } from 'zod';
import { directStatus } from '../domain/direct-status.ts';
import { mutation } from './contract.ts';

/** Two devices of a team that share over a network without a server. What was told counts until `stop`, also over restarts of the engine. */
export const direct = {
  /**
   * Waits for one teammate's device on an address of this machine, until `stop`. What is answered goes to the teammate alone: it holds
   * the secret of the connection, and serves the first device of the team that uses it and no other.
   */
  listen: mutation(
    z.object({ host: z.string().min(1).default('127.0.0.1'), port: z.number().int().min(0).max(65_535).default(0) }),
    z.object({ address: z.string(), host: z.string(), port: z.number().int() }),
  ),
  /**
   * Connects to such an address, and again whenever the connection is lost, until `stop`. Fails with OFFLINE or FORBIDDEN
   * at the first try; what was connected before stays so then.
   */
  connect: mutation(z.object({ address: z.string() }), directStatus),
  /** Ends both, and forgets the addresses. */
  stop: mutation(z.void(), directStatus),
};
