import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { toBase64Url, type DeviceKeys } from '@benchmate/shared/facts/keys';
import type { BrowserStore } from './store.ts';

interface KeptKey {
  device: string;
  /** Not extractable: the browser signs with it and gives it to nobody, this page included. */
  privateKey: CryptoKey;
}

/** The key that makes this browser a device of its team: made here once, lost with the browser's storage. */
export async function deviceKeyIn(store: BrowserStore): Promise<DeviceKeys> {
  const kept = (store.get('setting', 'device-key') as KeptKey | undefined) ?? (await make(store));
  return {
    device: kept.device,
    seed: new Uint8Array(),
    sign: () => {
      throw new Error('A browser signs beside the event loop.');
    },
    signLater: async bytes =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', kept.privateKey, new Uint8Array(bytes))),
  };
}

/** Throws NOT_SUPPORTED where the browser gives this page neither keys nor locks. */
export function needSecureContext(): void {
  if (globalThis.isSecureContext) return;
  throw new BenchmateError(
    'NOT_SUPPORTED',
    'A browser keeps keys for pages alone that came over https or from this machine; this one did not.',
    'Ask who runs the sync server to give it TLS.',
  );
}

async function make(store: BrowserStore): Promise<KeptKey> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']).catch((cause: unknown) => {
    throw new BenchmateError(
      'NOT_SUPPORTED',
      'This browser cannot make the key of a device (Ed25519).',
      'Chrome and Edge can from version 137 on, Firefox from 129 on and Safari from 17 on; or install Benchmate.',
      { cause },
    );
  });
  const { publicKey, privateKey } = pair;
  const device = toBase64Url(new Uint8Array(await crypto.subtle.exportKey('raw', publicKey)));
  await store.write(() => store.add('setting', 'device-key', { device, privateKey }));
  return { device, privateKey };
}
