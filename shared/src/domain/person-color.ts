/** Apart enough to be told apart by those who see hues; initials and names are for everybody. */
const hues = 24;

/** One person's colour on every machine: it follows from the device's key. Dark enough for white letters in both themes. */
export const personColor = (device: string): string => `oklch(0.45 0.09 ${hueOf(device)})`;

/** The same person as a line on a dark ground. */
export const personLineColor = (device: string): string => `oklch(0.78 0.12 ${hueOf(device)})`;

function hueOf(device: string): number {
  let hash = 0;
  for (const letter of device) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return ((hash >>> 8) % hues) * (360 / hues);
}
