import type { EvidencePlace } from '../domain/presence.ts';

/** `brisk-otter · val_loss @ step 3,400`: where somebody looks, in one line. */
export function placeWords({ title, metric, step, section, file }: EvidencePlace): string {
  const chart = metric === null ? null : step === null ? metric : `${metric} @ step ${step.toLocaleString('en')}`;
  const line = file && section === null ? `line ${file.line + 1}` : null;
  return [title, chart, section, line].filter(part => part !== null).join(' · ');
}
