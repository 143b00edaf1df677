import type { CardDiff, FieldChange, ResultChange } from '@benchmate/shared/diff/card-diff';
import { fieldSentence } from '@benchmate/shared/diff/card-diff-text';
import { describeVerdict, formatDifference, formatMetric, verdictMark } from '@benchmate/shared/diff/number-format';
import type { WordChange } from '@benchmate/shared/diff/prose';
import type { SectionChange } from '@benchmate/shared/diff/section-diff';
import { MaybeSet, SideTable } from '../../host/side-table.tsx';

interface Sides {
  /** What the sides are, as words: `Last commit`, `Now`. */
  oldName: string;
  newName: string;
}

interface CardViewProps extends Sides {
  title: string;
  diff: CardDiff;
  /** Why the newest text could not be read; what is shown is the state before. */
  problem: string | null;
}

/** A card's changes, what binds its users first: licence, base model and data; then results, other fields, prose by words. */
export function CardView({ title, diff, oldName, newName, problem }: CardViewProps) {
  const sides = { oldName, newName };
  return (
    <>
      <h1>{title}</h1>
      <p className="about">
        {oldName} <span aria-hidden="true">→</span>
        <span className="hidden"> compared with </span> {newName}
      </p>
      {problem !== null && <Flags sentences={[problem]} icon="error" />}
      {diff.empty && <p>The cards say the same.</p>}
      {diff.flagged.length > 0 && <Flags sentences={diff.flagged.map(fieldSentence)} icon="warning" />}
      {diff.results.length > 0 && <Results results={diff.results} {...sides} />}
      {diff.fields.length > 0 && <Fields fields={diff.fields} {...sides} />}
      {diff.sections.map((section, at) => (
        <Section key={`${section.path.join('\n')} ${at}`} section={section} {...sides} />
      ))}
    </>
  );
}

const Flags = ({ sentences, icon }: { sentences: readonly string[]; icon: 'warning' | 'error' }) => (
  <ul className="flags" aria-label={icon === 'error' ? 'Problems' : 'Changes to check'}>
    {sentences.map(sentence => (
      <li key={sentence}>
        <span
          className={`codicon codicon-${icon}`}
          role="img"
          aria-label={icon === 'error' ? 'Problem' : 'Check this'}
        />
        <span>{sentence}</span>
      </li>
    ))}
  </ul>
);

const Results = ({ results, oldName, newName }: Sides & { results: readonly ResultChange[] }) => (
  <>
    <h2>Results</h2>
    <SideTable label="Results" head={['Result', oldName, newName, 'Difference']} numbers>
      {results.map(change => {
        const { key, label, old, new: value, difference, verdict, kind } = change;
        const reference = Math.max(Math.abs(Number(old)), Math.abs(Number(value)));
        const size =
          difference === null ? kind : `${verdictMark(verdict)} ${formatDifference(difference, reference)}`.trim();
        return (
          <tr key={key}>
            <th scope="row">{label}</th>
            <td className="number">{resultText(old)}</td>
            <td className="number">{resultText(value)}</td>
            <td className={`number ${verdict}`}>
              <span aria-hidden="true">{size}</span>
              <span className="hidden">{difference === null ? kind : describeVerdict(verdict, difference)}</span>
            </td>
          </tr>
        );
      })}
    </SideTable>
  </>
);

const Fields = ({ fields, oldName, newName }: Sides & { fields: readonly FieldChange[] }) => (
  <>
    <h2>Card data</h2>
    <SideTable label="Card data" head={['Field', oldName, newName, 'Change']}>
      {fields.map(change => (
        <tr key={change.key}>
          <th scope="row">{change.key}</th>
          <MaybeSet value={change.old} />
          <MaybeSet value={change.new} />
          <td>{change.kind}</td>
        </tr>
      ))}
    </SideTable>
  </>
);

function Section({ section, oldName, newName }: Sides & { section: SectionChange }) {
  const { path, title, oldTitle, kind, words } = section;
  const name = path.slice(-2).join(' › ') || title || 'Text before the first heading';
  const renamed = oldTitle === null ? '' : `, was “${oldTitle || 'without a heading'}”`;
  return (
    <>
      <h2>
        {name} <span className="about">{`· ${kind}${renamed}`}</span>
      </h2>
      {words.length > 0 && (
        <div className="columns">
          <div className="head">{oldName}</div>
          <div className="head">{newName}</div>
          <Words name={oldName} words={words.filter(word => word.kind !== 'added')} />
          <Words name={newName} words={words.filter(word => word.kind !== 'removed')} />
        </div>
      )}
    </>
  );
}

const Words = ({ name, words }: { name: string; words: readonly WordChange[] }) => (
  <div role="group" aria-label={name}>
    {words.length === 0 && <span className="none">nothing</span>}
    {words.map(({ kind, text }, at) =>
      kind === 'same' ? text : kind === 'added' ? <ins key={at}>{text}</ins> : <del key={at}>{text}</del>,
    )}
  </div>
);

const resultText = (value: ResultChange['old']): string =>
  value === null ? '–' : typeof value === 'number' ? formatMetric(value) : String(value);
