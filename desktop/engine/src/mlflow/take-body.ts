import type { FastifyRequest } from 'fastify';
import { readTheRest } from '../host/read-the-rest.ts';

/** Gives a request's body as a stream to `take`. When that fails in the middle, the rest is still read. */
export async function takeBody<T>({ raw }: FastifyRequest, take: (body: typeof raw) => Promise<T>): Promise<T> {
  try {
    return await take(raw);
  } catch (error) {
    readTheRest(raw);
    throw error;
  }
}
