import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Identity, Recipient } from 'age-encryption';

/** What encrypts new files and opens those that were encrypted with it. */
export interface Lock {
  /** A string is age's own spelling (`age1…`). */
  recipient: () => Promise<Recipient | string>;
  /** The first that knows the file opens it; strings are age's own spelling (`AGE-SECRET-KEY-1…`). */
  identity: () => Promise<Identity | string>;
}

/** The derivation takes a second and 256 MB: for reading once per file, however often that is read. */
export function passphraseLock(passphrase: string): Lock {
  let identity: Promise<Identity> | null = null;
  return {
    recipient: async () => (await import('./age-passphrase.ts')).passphraseRecipient(passphrase),
    identity: () => (identity ??= import('./age-passphrase.ts').then(age => age.passphraseIdentity(passphrase))),
  };
}

/** A key that was derived once for many files (replication/folder/folder-key.ts). */
export function keyLock(key: string): Lock {
  return {
    recipient: async () => (await import('age-encryption')).identityToRecipient(key),
    identity: async () => key,
  };
}

/** Comes after all identities: none of them opened the file. */
export const nobodyOpens = (file: string): Identity => ({
  unwrapFileKey: () => {
    throw new BenchmateError('UNAUTHENTICATED', `The passphrase does not open ${file}.`, 'Ask whoever made it.');
  },
});
