import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { safePath } from './path.ts';

const scheme = 'mlflow-artifacts:/';

/** The path below the artifact folder that a URI of ours names. Throws BAD_REQUEST for any other URI. */
export function artifactPathOf(uri: string): string[] {
  return checkArtifactUri(uri, 'artifact_uri');
}

/**
 * Only `mlflow-artifacts:/path` is ours: no other scheme, no host, nothing encoded, no query, fragment or parameters,
 * and no way out of the folder. A URI that the engine would have to fetch, or a file of this machine, is refused.
 */
export function checkArtifactUri(uri: string, field: string): string[] {
  if (!uri.startsWith(scheme) || uri.startsWith(`${scheme}/`) || /[%?#;]/.test(uri)) {
    throw new BenchmateError(
      'BAD_REQUEST',
      `Invalid value for parameter '${field}': this server keeps artifacts itself, under ${scheme}.`,
      `Leave '${field}' out.`,
    );
  }
  return safePath(uri.slice(scheme.length));
}
