import { createHmac, hkdfSync } from 'node:crypto';

/**
 * Secret of a webhook (`whsec_` and 32 bytes in base64), derived from the device's key: nothing more has to be kept secret,
 * and no copy of the database without that key can sign.
 */
export function secretOf(seed: Uint8Array, webhookId: string): string {
  const bytes = hkdfSync('sha256', seed, 'benchmate webhook', webhookId, 32);
  return `whsec_${Buffer.from(bytes).toString('base64')}`;
}

/** Headers of a delivery by Standard Webhooks 1.0.0 (standardwebhooks.com), symmetric signatures; `at` in milliseconds. */
export function signedHeaders(secret: string, messageId: string, at: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': messageId, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
