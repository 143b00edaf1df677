import { createContext, use } from 'react';
import { personColor } from '@benchmate/shared/domain/person-color';
import { Icon } from './icon.tsx';

export function initials(name: string): string {
  const words = name
    .trim()
    .split(/[\s._-]+/u)
    .filter(Boolean);
  const picked =
    words.length > 1
      ? [words[0]!, words.at(-1)!].map(word => lettersOf(word)[0])
      : lettersOf(words[0] ?? '?').slice(0, 2);
  return picked.join('').toUpperCase();
}

const segmenter = new Intl.Segmenter();
/** What people see as letters: an emoji with its skin tone is one. */
const lettersOf = (word: string): string[] => [...segmenter.segment(word)].map(({ segment }) => segment);

/** Devices that are agents: whatever they wrote is shown as an agent's, wherever it is shown. */
export const AgentDevices = createContext<ReadonlySet<string>>(new Set());

export function Avatar({ name, device }: { name: string; device: string }) {
  const agent = use(AgentDevices).has(device);
  return (
    <span className="bm-avatar" style={{ ['--person' as string]: personColor(device) }} title={agent ? 'Agent' : ''}>
      {agent ? (
        <>
          <Icon name="robot" />
          <span className="bm-unseen">Agent</span>
        </>
      ) : (
        <span aria-hidden="true">{initials(name)}</span>
      )}
    </span>
  );
}

export function Person({ name, device }: { name: string; device: string }) {
  const agent = use(AgentDevices).has(device);
  return (
    <span className="bm-person">
      <Avatar name={name} device={device} />
      <span className="bm-cut" title={name}>
        {name}
      </span>
      {agent && <span className="bm-muted">agent</span>}
    </span>
  );
}
