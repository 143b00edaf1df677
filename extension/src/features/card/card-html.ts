import type { CardDiff, FieldChange, ResultChange } from '@benchmate/shared/diff/card-diff';
import { fieldSentence } from '@benchmate/shared/diff/card-diff-text';
import { describeVerdict, formatDifference, formatMetric, verdictMark } from '@benchmate/shared/diff/number-format';
import type { WordChange } from '@benchmate/shared/diff/prose';
import type { SectionChange } from '@benchmate/shared/diff/section-diff';
import { escapeHtml as html } from '../../host/html.ts';

interface CardView {
  diff: CardDiff;
  /** What the sides are, as words: `Last commit`, `Now`. */
  oldName: string;
  newName: string;
  /** Why the newest text could not be read; what is shown is the state before. */
  problem: string | null;
}

/** A card's changes, what binds its users first: licence, base model and data; then results, other fields, prose by words. */
export function cardHtml({ diff, oldName, newName, problem }: CardView): string {
  const about = `<p class="about">${html(oldName)} <span aria-hidden="true">→</span><span class="hidden"> compared with </span> ${html(newName)}</p>`;
  const note = problem === null ? '' : flags([problem], 'error');
  if (diff.empty) return `${about}${note}<p>The cards say the same.</p>`;
  return [
    about,
    note,
    diff.flagged.length === 0 ? '' : flags(diff.flagged.map(fieldSentence), 'warning'),
    diff.results.length === 0 ? '' : `<h2 id="results">Results</h2>${resultsTable(diff.results, oldName, newName)}`,
    diff.fields.length === 0 ? '' : `<h2>Card data</h2>${fieldsTable(diff.fields, oldName, newName)}`,
    ...diff.sections.map(section => sectionHtml(section, oldName, newName)),
  ].join('\n');
}

function flags(sentences: readonly string[], icon: 'warning' | 'error'): string {
  const items = sentences.map(
    sentence =>
      `<li><span class="codicon codicon-${icon}" role="img" aria-label="${icon === 'error' ? 'Problem' : 'Check this'}"></span><span>${html(sentence)}</span></li>`,
  );
  return `<ul class="flags" aria-label="${icon === 'error' ? 'Problems' : 'Changes to check'}">${items.join('')}</ul>`;
}

const head = (first: string, oldName: string, newName: string, last: string, numbers: boolean): string => {
  const className = numbers ? ' class="number"' : '';
  const cells = [oldName, newName, last].map(name => `<th scope="col"${className}>${html(name)}</th>`).join('');
  return `<thead><tr><th scope="col">${html(first)}</th>${cells}</tr></thead>`;
};

function resultsTable(results: readonly ResultChange[], oldName: string, newName: string): string {
  const text = (value: ResultChange['old']) =>
    value === null ? '–' : typeof value === 'number' ? formatMetric(value) : String(value);
  const rows = results.map(change => {
    const { difference, verdict, kind } = change;
    const reference = Math.max(Math.abs(Number(change.old)), Math.abs(Number(change.new)));
    const size =
      difference === null ? kind : `${verdictMark(verdict)} ${formatDifference(difference, reference)}`.trim();
    const spoken = difference === null ? kind : describeVerdict(verdict, difference);
    return `<tr><th scope="row">${html(change.label)}</th><td class="number">${html(text(change.old))}</td><td class="number">${html(text(change.new))}</td><td class="number ${verdict}"><span aria-hidden="true">${html(size)}</span><span class="hidden">${html(spoken)}</span></td></tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-labelledby="results"><table>${head('Result', oldName, newName, 'Difference', true)}<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function fieldsTable(fields: readonly FieldChange[], oldName: string, newName: string): string {
  const cell = (value: string | null) => (value === null ? '<td class="none">not set</td>' : `<td>${html(value)}</td>`);
  const rows = fields.map(
    change =>
      `<tr><th scope="row">${html(change.key)}</th>${cell(change.old)}${cell(change.new)}<td>${change.kind}</td></tr>`,
  );
  return `<table>${head('Field', oldName, newName, 'Change', false)}<tbody>${rows.join('\n')}</tbody></table>`;
}

function sectionHtml(section: SectionChange, oldName: string, newName: string): string {
  const title =
    section.path.length > 0 ? section.path.slice(-2).join(' › ') : section.title || 'Text before the first heading';
  const renamed = section.oldTitle === null ? '' : `, was “${section.oldTitle || 'without a heading'}”`;
  const heading = `<h2>${html(title)} <span class="about">· ${section.kind}${html(renamed)}</span></h2>`;
  if (section.words.length === 0) return heading;
  const side = (words: readonly WordChange[], name: string) =>
    `<div role="group" aria-label="${html(name)}">${words.map(word).join('') || '<span class="none">nothing</span>'}</div>`;
  const left = side(
    section.words.filter(({ kind }) => kind !== 'added'),
    oldName,
  );
  const right = side(
    section.words.filter(({ kind }) => kind !== 'removed'),
    newName,
  );
  return `${heading}<div class="columns"><div class="head">${html(oldName)}</div><div class="head">${html(newName)}</div>${left}${right}</div>`;
}

function word({ kind, text }: WordChange): string {
  if (kind === 'same') return html(text);
  return kind === 'added' ? `<ins>${html(text)}</ins>` : `<del>${html(text)}</del>`;
}
