import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A job's own bearer token, `job.<jobId>.<secret>`: what is logged with it belongs to the job. Only the hash is stored. */
export function makeToken(jobId: string): { token: string; hash: Buffer } {
  const secret = randomBytes(32).toString('base64url');
  return { token: `job.${jobId}.${secret}`, hash: hashOf(secret) };
}

/** The job that a token belongs to, when its secret is the right one. */
export function jobOfToken(token: string, hashOfJob: (jobId: string) => Buffer | null): string | null {
  const [kind, jobId, secret, ...rest] = token.split('.');
  if (kind !== 'job' || !jobId || !secret || rest.length > 0) return null;
  const expected = hashOfJob(jobId);
  return expected && timingSafeEqual(hashOf(secret), expected) ? jobId : null;
}

const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
