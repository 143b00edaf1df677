const lock = 'benchmate-replica';

/**
 * Makes this page the one that writes, in the place of any before it. Resolves then; `lost` settles when a later page takes
 * over.
 */
export function becomeWriter(): Promise<{ lost: Promise<void> }> {
  const { promise, resolve } = Promise.withResolvers<{ lost: Promise<void> }>();
  const taken = Promise.withResolvers<void>();
  navigator.locks
    .request(lock, { steal: true }, async () => {
      resolve({ lost: taken.promise });
      await new Promise<never>(() => {}); // for as long as the page lives
    })
    .catch(() => taken.resolve());
  return promise;
}
