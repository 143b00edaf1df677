/** What teammates see as the name of the device: `Firefox on Linux`. */
export function nameOfBrowser(agent: string = navigator.userAgent): string {
  const browser = names.find(([mark]) => agent.includes(mark))?.[1] ?? 'Browser';
  const system = systems.find(([mark]) => agent.includes(mark))?.[1];
  return system ? `${browser} on ${system}` : browser;
}

/** In this order: each calls itself by the names of those after it as well. */
const names = [
  ['Edg/', 'Edge'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;
const systems = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;
