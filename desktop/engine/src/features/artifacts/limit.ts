import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** What an operator allows one artifact to be; undefined: as large as the disk takes. Throws BAD_REQUEST for what is no number. */
export function maxArtifactBytes(env: NodeJS.ProcessEnv): number | undefined {
  const text = env['BENCHMATE_MAX_ARTIFACT_BYTES'];
  if (!text) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new BenchmateError(
    'BAD_REQUEST',
    `BENCHMATE_MAX_ARTIFACT_BYTES is '${text}'.`,
    'Set it to a whole number of bytes.',
  );
}
