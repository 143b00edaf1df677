import { part, type TextLine } from '@benchmate/shared/diff/text-line';
import type { Exported } from '../audit/export.ts';
import type { Verified } from '../audit/verify.ts';
import { table } from './table.ts';
import { cell } from './terminal.ts';

const shownFindings = 200;

export function verifiedLines({ ok, reports, notes }: Verified, width: number | null): TextLine[] {
  return [
    ...reports.flatMap(report => [
      [part(report.teamName || `Team ${report.team.slice(0, 8)}`, 'heading')],
      ...report.findings
        .slice(0, shownFindings)
        .map(({ name, author, seq, what }) =>
          cell(
            `✗ ${author === null ? '' : `${name}, device ${author}${seq === null ? '' : `, entry ${seq}`}: `}${what}`,
            'bad',
          ),
        ),
      ...(report.findings.length > shownFindings
        ? [cell(`… and ${report.findings.length - shownFindings} more.`)]
        : []),
      ...table(
        [
          { title: 'who', least: 8 },
          { title: 'device', least: 12 },
          { title: 'entries', align: 'right' },
          { title: 'hash of the last', least: 12 },
        ],
        report.feeds.map(({ name, device, entries, head }) => [
          cell(name),
          cell(device, 'muted'),
          cell(String(entries)),
          cell(head, 'muted'),
        ]),
        width,
      ),
      ...(report.sealedBy ? [cell(`Sealed by ${report.sealedBy.name} on ${report.sealedBy.at}.`)] : []),
      cell(
        report.ok
          ? `✓ All ${report.entries} entries are as their authors signed them; none is missing before the ends above.`
          : `✗ ${report.entries} entries were looked at; ${report.findings.length} ${report.findings.length === 1 ? 'thing does' : 'things do'} not hold.`,
        report.ok ? 'good' : 'bad',
      ),
    ]),
    ...notes.map(note => cell(`! ${note}`, 'warning')),
    ...(reports.length === 0 ? [cell('There is no signed entry.')] : []),
    ...(ok && reports.length > 0
      ? [
          cell(
            'What was cut off at an end, nobody can see here alone: compare the ends with an earlier export or a teammate’s.',
            'muted',
          ),
        ]
      : []),
  ];
}

export function exportedLines({ file, format, entries }: Exported): string[] {
  return [
    `${file} holds ${entries} signed entries, sealed by this device.`,
    format === 'html'
      ? 'Open it in a browser: it shows and verifies them without a network. `benchmate audit verify` verifies it, too.'
      : '`benchmate audit verify` verifies it; how to do it without Benchmate stands in the guide to audits.',
  ];
}
