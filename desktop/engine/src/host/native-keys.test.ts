import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { deviceKeys, signText, verifyText } from '@benchmate/shared/facts/keys';
import { nativeDeviceKeys } from './native-keys.ts';

test('OpenSSL and the implementation of the replicas make the same keys and the same signatures', () => {
  for (let i = 0; i < 50; i++) {
    const seed = new Uint8Array(createHash('sha256').update(`seed ${i}`).digest());
    const [native, pure] = [nativeDeviceKeys(seed), deviceKeys(seed)];
    expect(native.device).toBe(pure.device);
    const signature = signText(`text ${i}`, native);
    expect(signature).toBe(signText(`text ${i}`, pure));
    expect(verifyText(signature, `text ${i}`, pure.device)).toBe(true);
  }
});
