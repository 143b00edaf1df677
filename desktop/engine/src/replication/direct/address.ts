import { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { fromBase64Url, toBase64Url } from '@benchmate/shared/facts/keys';

const scheme = 'benchmate:direct#';

const content = z.object({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535),
  team: z.string(),
  secret: z.string(),
});

export interface DirectAddress {
  host: string;
  port: number;
  team: string;
  /** 32 random bytes: the pre-shared key of the connection. */
  secret: Uint8Array;
}

/** `benchmate:direct#<base64url of JSON>`. */
export function formatDirectAddress({ secret, ...rest }: DirectAddress): string {
  const text = JSON.stringify({ ...rest, secret: toBase64Url(secret) });
  return `${scheme}${toBase64Url(new TextEncoder().encode(text))}`;
}

/** Throws BAD_REQUEST for anything else. */
export function parseDirectAddress(text: string): DirectAddress {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith(scheme) ? fromBase64Url(trimmed.slice(scheme.length)) : null;
  const { data } = content.safeParse(bytes && parsed(new TextDecoder().decode(bytes)));
  const secret = data && fromBase64Url(data.secret);
  if (!data || secret?.length !== 32)
    throw new BenchmateError(
      'BAD_REQUEST',
      'This is not the address of a teammate’s device.',
      'Copy all of what `benchmate sync direct listen` printed there.',
    );
  return { ...data, secret };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
