/**
 * Where the operating system keeps secrets: the Keychain of macOS, the Credential Manager of Windows, a Secret Service such
 * as GNOME Keyring or KWallet on Linux. Everything throws where it is locked, refuses, or does not answer in time.
 */
export interface Keychain {
  /** Null where there is no secret under this name. */
  read: (account: string) => Promise<string | null>;
  write: (account: string, secret: string) => Promise<void>;
  remove: (account: string) => Promise<void>;
}

const service = 'Benchmate';
/** Somebody may have to type a password first. */
const answerWithinMs = 30_000;

/** Null where the library, which has a native part, was not installed for this platform. */
export async function openKeychain(): Promise<Keychain | null> {
  const library = await import('@napi-rs/keyring').catch(() => null);
  if (!library) return null;
  const entry = (account: string) => new library.AsyncEntry(service, account);
  return {
    read: async account => (await inTime(signal => entry(account).getPassword(signal))) ?? null,
    write: (account, secret) => inTime(signal => entry(account).setPassword(secret, signal)),
    remove: async account => void (await inTime(signal => entry(account).deleteCredential(signal))),
  };
}

/** The library ends its work at the signal, but not while the keychain itself asks somebody. */
async function inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(answerWithinMs);
  const late = new Promise<never>((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('The keychain did not answer in time.'))),
  );
  return Promise.race([work(signal), late]);
}
