import { clockDisagreementText } from '@benchmate/shared/diff/clock-disagreement-text';
import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import type { FileReview } from '@benchmate/shared/domain/file-review';
import type { AliasThen, RegistryThen } from '@benchmate/shared/domain/registry-then';
import { table } from './table.ts';
import { cell } from './terminal.ts';

/** What every alias pointed to; `title` says when. */
export function asOfLines(then: RegistryThen, title: string, width: number | null): TextLine[] {
  const { aliases, models } = then;
  const bare = models.filter(({ name }) => !aliases.some(alias => alias.model === name));
  return [
    [part(title, 'heading')],
    ...(aliases.length === 0
      ? [cell(models.length === 0 ? 'No model was registered then.' : 'No alias pointed anywhere then.')]
      : table(
          [
            { title: 'model', least: 8 },
            { title: 'alias', least: 8 },
            { title: 'version' },
            { title: 'set', least: 12 },
            { title: 'verdicts', least: 12 },
          ],
          aliases.map(alias => [
            cell(alias.model),
            alias.contested ? cell(`${alias.alias} ⚠ contested`, 'warning') : cell(alias.alias),
            cell(alias.version === null ? '–' : `v${alias.version}`),
            cell(alias.setBy ? `${local(alias.setBy.at)} by ${alias.setBy.name}` : '–'),
            cell(verdictText(alias)),
          ]),
          width,
        )),
    ...aliases.filter(({ contested }) => contested).map(alias => cell(`⚠ ${contestedText(alias)}`, 'warning')),
    ...(bare.length === 0
      ? []
      : [cell(`Without an alias: ${bare.map(({ name, versions }) => `${name} (${versions.length})`).join(', ')}.`)]),
    ...then.files.map(file => cell(fileText(file))),
    ...then.disagreements.map(each => cell(`! ${clockDisagreementText(each)}`, 'warning')),
    cell(
      `${then.entries} signed entries counted then; this device holds ${then.later} later ones. Times are what their authors’ clocks said.`,
      'muted',
    ),
  ];
}

function fileText({ project, path, votes, remarks, requests }: FileReview): string {
  const said = [
    ...votes.map(
      ({ name, verdict, content }) => `${verdict === 'approve' ? '✓' : '✗'} ${name} (content ${content.slice(0, 8)})`,
    ),
    ...new Set(remarks.map(({ name }) => `· ${name} (no vote)`)),
    ...requests.filter(({ state }) => state === 'open').map(({ name, by }) => `? ${name} (asked by ${by.name})`),
  ];
  return `${path} of ${project}: ${said.join(', ') || '–'}`;
}

function contestedText({ model, alias, version, rivals }: AliasThen): string {
  const names = rivals.map(rival => `v${rival.version ?? '?'} (${rival.name}, ${local(rival.at)})`).join(' and ');
  return `${alias} of ${model} was contested: ${names} had been promoted apart; ${version === null ? 'nothing' : `v${version}`} served meanwhile.`;
}

function verdictText({ verdicts, remarks, requests, approvalsNeeded, required }: AliasThen): string {
  const said = [
    ...verdicts.map(
      ({ name, verdict, seenBySetter }) =>
        `${verdict === 'approve' ? '✓' : '✗'} ${name}${seenBySetter ? '' : ' (not seen by who set it)'}`,
    ),
    ...new Set(remarks.map(({ name }) => `· ${name} (no vote)`)),
    ...requests.filter(({ state }) => state === 'open').map(({ name, by }) => `? ${name} (asked by ${by.name})`),
  ];
  const asks = [
    ...(approvalsNeeded > 0 ? [`policy: ${approvalsNeeded}`] : []),
    ...(required.length > 0 ? [`required: ${required.map(group => group.join(' or ')).join(', ')}`] : []),
  ];
  return `${said.join(', ') || '–'}${asks.length > 0 ? ` (${asks.join('; ')})` : ''}`;
}

/** `2026-03-14 09:00`, in the time zone of this machine. */
function local(at: string): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
