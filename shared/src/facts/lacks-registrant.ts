import type { HeldEntry } from './entry-hash.ts';
import { refusal, type Refusal } from './refusal.ts';
import type { ModelState, VersionState } from './registry-models.ts';

/** R17: what was approved must be what is loaded: nobody else says which files a version has, and nobody changes them. */
export function lacksRegistrant(
  item: HeldEntry,
  { model, version }: { model: ModelState; version: VersionState },
): Refusal | null {
  const name = `${model.name} v${version.version}`;
  if (version.registered.entry.author !== item.entry.author)
    return refusal('FORBIDDEN', `${name} was registered on another device.`, 'Share its files from there.');
  if (version.files) return refusal('ALREADY_EXISTS', `The files of ${name} are shared already and never change.`);
  return null;
}
