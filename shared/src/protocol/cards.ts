import { z } from 'zod';
import { cardFinding } from '../domain/card-finding.ts';
import { mutation } from './contract.ts';

/** Model cards against the runs of this engine. Nothing is stored: a card stays a file, and its text comes with the question. */
export const cards = {
  /** Claims that do not fit their runs, and what Hugging Face would not take. `projectId` null: a card outside any project. */
  check: mutation(
    z.object({ projectId: z.string().nullable(), text: z.string().max(5_000_000) }),
    z.object({ findings: z.array(cardFinding) }),
  ),
};
