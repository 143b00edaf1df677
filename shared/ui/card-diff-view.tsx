import type { CardDiff, FieldChange, ResultChange } from '@benchmate/shared/diff/card-diff';
import { fieldSentence } from '@benchmate/shared/diff/card-diff-text';
import { formatMetric } from '@benchmate/shared/diff/number-format';
import type { SectionChange } from '@benchmate/shared/diff/section-diff';
import { Chip } from './chip.tsx';
import { DiffCell } from './diff-cell.tsx';
import { Icon } from './icon.tsx';

/** What differs in meaning between two cards: what may bind users on top, then numbers, other fields, prose by words. */
export function CardDiffView({ diff }: { diff: CardDiff }) {
  if (diff.empty) return <p className="bm-muted">The cards say the same.</p>;
  return (
    <div className="bm-card-diff">
      {diff.flagged.map(change => (
        <p key={change.key} className="bm-notice warning">
          <Icon name="warning" />
          <span>{fieldSentence(change)}</span>
        </p>
      ))}
      {diff.results.length > 0 && <Results results={diff.results} />}
      {diff.fields.length > 0 && <Fields fields={diff.fields} />}
      {diff.sections.map((section, index) => (
        <Section key={`${section.path.join('\n')} ${index}`} section={section} />
      ))}
    </div>
  );
}

const Fields = ({ fields }: { fields: readonly FieldChange[] }) => (
  <ul>
    {fields.map(change => (
      <li key={change.key}>{fieldSentence(change)}</li>
    ))}
  </ul>
);

function Results({ results }: { results: readonly ResultChange[] }) {
  return (
    <div className="bm-scroll" tabIndex={0} role="region" aria-label="Results that changed in the card">
      <table className="bm-table">
        <thead>
          <tr>
            <th scope="col">result</th>
            <th scope="col" className="number">
              old
            </th>
            <th scope="col" className="number">
              new
            </th>
            <th scope="col" className="number">
              difference
            </th>
          </tr>
        </thead>
        <tbody>
          {results.map(({ key, label, kind, old, new: value, difference, verdict }) => (
            <tr key={key}>
              <td>{label}</td>
              <td className="number">{valueText(old)}</td>
              <td className="number">{valueText(value)}</td>
              <td className="number">
                {kind === 'changed' ? (
                  <DiffCell
                    difference={difference}
                    reference={typeof value === 'number' ? value : null}
                    verdict={verdict}
                  />
                ) : (
                  kind
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Section({ section }: { section: SectionChange }) {
  const name = section.path.slice(-2).join(' › ') || section.title || 'Text before the first heading';
  return (
    <div>
      <h3>
        {name} <Chip>{section.kind}</Chip>
        {section.oldTitle !== null && <span className="bm-muted"> was {section.oldTitle || 'without a heading'}</span>}
      </h3>
      {section.words.length > 0 && (
        <p className="bm-words">
          {section.words.map(({ kind, text }, index) =>
            kind === 'added' ? (
              <ins key={index}>{text}</ins>
            ) : kind === 'removed' ? (
              <del key={index}>{text}</del>
            ) : (
              <span key={index}>{text}</span>
            ),
          )}
        </p>
      )}
    </div>
  );
}

const valueText = (value: ResultChange['old']): string =>
  value === null ? '–' : typeof value === 'number' ? formatMetric(value) : String(value);
