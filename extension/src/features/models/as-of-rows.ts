import type { AliasThen } from '@benchmate/shared/domain/registry-then';
import type { RowWords } from './model-rows.ts';

/** `champion pointed to v9`, who set it and who had approved by then. */
export function aliasThenWords(then: AliasThen): RowWords & { label: string; lines: string[] } {
  const { alias, version, contested, setBy, verdicts, approvalsNeeded, required, rivals } = then;
  const label = `${alias} ${version === null ? 'pointed nowhere' : `pointed to v${version}`}`;
  const set = setBy ? `set by ${setBy.name}, ${moment(setBy.at)}` : '';
  const names = (wanted: string) => verdicts.filter(({ verdict }) => verdict === wanted).map(({ name }) => name);
  const approved = names('approve');
  const against = names('request-changes');
  const lines = [
    set,
    contested
      ? `contested: ${rivals.map(({ version: rival, name }) => `v${rival ?? '?'} by ${name}`).join(' and ')}`
      : '',
    approved.length > 0 ? `approved by ${approved.join(', ')}` : '',
    against.length > 0 ? `changes requested by ${against.join(', ')}` : '',
    verdicts.length === 0 ? 'nobody had given a verdict' : '',
    approvalsNeeded > 0
      ? `the team asked for ${approvalsNeeded === 1 ? 'one approval' : `${approvalsNeeded} approvals`}`
      : '',
    required.length > 0 ? `required were ${required.map(group => group.join(' or ')).join(', ')}` : '',
  ].filter(Boolean);
  return {
    label,
    description: lines.slice(0, 2).join(' · '),
    icon: contested ? 'warning' : 'tag',
    ...(contested && { color: 'list.warningForeground' }),
    spoken: [label, ...lines].join(', '),
    lines,
  };
}

/** `2026-03-14 09:00`, with seconds where there are some, in the time of this machine. */
export function moment(at: string): string {
  const time = new Date(at);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString();
  return local.slice(0, 19).replace('T', ' ').replace(/:00$/, '');
}
