import { z } from 'zod';
import { liveLink } from '../domain/live-link.ts';
import { textHit } from '../domain/text-hit.ts';
import { query } from './contract.ts';

/** What notes and comments point at (`shared/src/domain/bench-link.ts`), and what points at a thing. */
export const links = {
  /** One answer for each address, in order. Lines are read from the folder of `projectId` on this machine. */
  resolve: query(
    z.object({ projectId: z.string().optional(), hrefs: z.array(z.string().max(1000)).max(500) }),
    z.array(liveLink),
  ),
  /**
   * Notes and comments that point at a thing, newest first: `target` is `run:<whole id>`, `model:<name>`, `dataset:<name>`,
   * `note:<whole id>` or `line:<path>`.
   */
  backlinks: query(
    z.object({ target: z.string().max(500), limit: z.number().int().min(1).max(200).default(50) }),
    z.array(textHit.omit({ snippet: true })),
  ),
};
