/**
 * Who asks, as the security layer found it from the token; decorates every request as `request.identity`.
 *
 * `owner`: the person at this machine (the engine's token or the companion's cookie). `job`: a process of the job
 * queue, with a token of its own: what it logs belongs to that job and its project.
 */
export type Identity = { kind: 'owner' } | { kind: 'job'; jobId: string; projectId: string | null };
