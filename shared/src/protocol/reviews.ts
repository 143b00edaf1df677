import { z } from 'zod';
import { textAnchor, thread } from '../domain/review.ts';
import { mutation, query, subscription } from './contract.ts';

const body = z.string().min(1).max(20_000);

export const reviews = {
  threads: query(z.object({ projectId: z.string(), path: z.string().optional() }), z.array(thread)),
  start: mutation(z.object({ projectId: z.string(), path: z.string(), anchor: textAnchor, body }), thread),
  reply: mutation(z.object({ threadId: z.string(), body }), thread),
  resolve: mutation(z.object({ threadId: z.string(), resolved: z.boolean() }), thread),
  changes: subscription(z.object({ projectId: z.string().optional() }), thread),
};
