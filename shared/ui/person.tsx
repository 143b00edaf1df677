import { Icon } from './icon.tsx';

/** Dark enough for white letters in both themes. */
const hues = ['#0e6271', '#7a4a00', '#6a3d8f', '#8f2f4e', '#2d5f2e', '#24508f', '#7d3a22', '#4a5568'];

/** One person's colour on every machine: it follows from the device's key. */
export function personColor(device: string): string {
  let hash = 0;
  for (const letter of device) hash = (hash * 31 + letter.charCodeAt(0)) >>> 0;
  return hues[hash % hues.length]!;
}

export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const letters =
    words.length > 1 ? [words[0]!, words.at(-1)!].map(word => [...word][0]) : [...(words[0] ?? '?')].slice(0, 2);
  return letters.join('').toUpperCase();
}

export function Avatar({ name, device, agent = false }: { name: string; device: string; agent?: boolean }) {
  return (
    <span className="bm-avatar" style={{ ['--person' as string]: personColor(device) }} aria-hidden="true">
      {agent ? <Icon name="robot" /> : initials(name)}
    </span>
  );
}

export function Person({ name, device, agent = false }: { name: string; device: string; agent?: boolean }) {
  return (
    <span className="bm-person">
      <Avatar name={name} device={device} agent={agent} />
      <span className="bm-cut" title={name}>
        {name}
      </span>
      {agent && <span className="bm-muted">agent</span>}
    </span>
  );
}
