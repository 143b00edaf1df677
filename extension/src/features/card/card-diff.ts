import type { Commands, Part } from '../../host/part.ts';
export function startCardDiff(_part: Part): Commands {
  return {};
}
