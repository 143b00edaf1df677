import { timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { fromBase64Url, toBase64Url } from '@benchmate/shared/facts/keys';
import type { Clock, Random } from '../../../host/clock.ts';
import type { answerRequest } from '@benchmate/shared/protocol/spoken-wire';
import { box } from './box.ts';
import { openInvite, type SpokenInvite } from './sealed-invite.ts';
import { randomSecret, Spake2 } from './spake2.ts';
import type { SpokenCode } from './spoken-code.ts';
import { passwordOf } from './stretch.ts';

type Answer = z.infer<typeof answerRequest>['answer'];

interface Asking {
  serverUrl: string;
  code: SpokenCode;
  /** This device's key: what is answered is of use to no other one. */
  device: string;
  random: Random;
  clock: Clock;
}

const askEveryMs = 300;
const answerWithinMs = 20_000;

/**
 * Exchanges a spoken code for the invite it stands for. Throws NOT_FOUND where no such code is open, CONFLICT where its
 * maker is away, FORBIDDEN where the words are others or were tried too often, TIMEOUT and OFFLINE.
 */
export async function askAloud({ serverUrl, code, device, random, clock }: Asking): Promise<SpokenInvite> {
  const { number } = code;
  const names = { a: device, b: `code ${number}` };
  const side = new Spake2({ role: 'a', names, password: await passwordOf(code), secret: randomSecret(random) });
  const { tryId } = await box.try(serverUrl, { number, device, share: toBase64Url(side.share) });
  const { answer, triesLeft } = await answered(serverUrl, { number, tryId }, clock);
  const invite = understood(side, answer);
  if (!invite)
    throw new BenchmateError(
      'FORBIDDEN',
      `These are not the words of code ${number}.`,
      triesLeft > 0 ? `Ask to have them read again; ${triesLeft} more tries are left.` : 'Ask for a new code.',
    );
  return invite;
}

async function answered(serverUrl: string, asked: { number: number; tryId: string }, clock: Clock) {
  const deadline = clock.monotonic() + answerWithinMs;
  for (;;) {
    const { answer, triesLeft } = await box.outcome(serverUrl, asked);
    if (answer) return { answer, triesLeft };
    if (clock.monotonic() > deadline)
      throw new BenchmateError(
        'TIMEOUT',
        'Whoever made the code did not answer.',
        'Their Benchmate has to run and be online while you join.',
      );
    await new Promise<void>(resolve => clock.after(askEveryMs, resolve));
  }
}

/** Null unless whoever answered knows the words. */
function understood(side: Spake2, { share, confirmation, sealed }: Answer): SpokenInvite | null {
  try {
    const { key, expected } = side.finish(bytes(share));
    const shown = bytes(confirmation);
    return shown.length === expected.length && timingSafeEqual(shown, expected) ? openInvite(key, bytes(sealed)) : null;
  } catch (error) {
    if (error instanceof BenchmateError) return null;
    throw error;
  }
}

const bytes = (text: string): Uint8Array => fromBase64Url(text) ?? new Uint8Array(0);
