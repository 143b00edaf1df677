import type { FastifyRequest } from 'fastify';

const patienceMs = 60_000;

/**
 * Gives a request's body as a stream to `take`. When that fails in the middle, the rest is read and thrown away: a client
 * reads the answer once it has sent everything, and one whose connection is cut sends it all again. Who goes on sending
 * for a minute is cut off.
 */
export async function takeBody<T>({ raw }: FastifyRequest, take: (body: typeof raw) => Promise<T>): Promise<T> {
  try {
    return await take(raw);
  } catch (error) {
    const cut = setTimeout(() => raw.destroy(), patienceMs).unref();
    raw.once('close', () => clearTimeout(cut));
    raw.resume();
    throw error;
  }
}
