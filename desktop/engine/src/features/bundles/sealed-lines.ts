import { createHash } from 'node:crypto';
import { signText, type DeviceKeys } from '@benchmate/shared/facts/keys';
import { signedText, type DocumentLine, type EndLine, type EntryLine, type HeadLine } from './lines.ts';

/** What a bundle with nothing but its head says at its end, too. */
export interface Counts {
  entries: number;
  documents: number;
}

/** Lines of a bundle as text, and the last one, that signs them all. */
export class SealedLines {
  readonly #sum = createHash('sha256');
  readonly #team: string;
  readonly #keys: DeviceKeys;

  constructor(team: string, keys: DeviceKeys) {
    this.#team = team;
    this.#keys = keys;
  }

  line(value: HeadLine | EntryLine | DocumentLine): string {
    const text = `${JSON.stringify(value)}\n`;
    this.#sum.update(text);
    return text;
  }

  end(counts: Counts): string {
    const sha256 = this.#sum.digest('hex');
    const end: EndLine = { end: { ...counts, sha256 }, sig: signText(signedText(this.#team, sha256), this.#keys) };
    return `${JSON.stringify(end)}\n`;
  }
}
