import { groupsWords, ruleWords } from '@benchmate/shared/diff/reviewer-words';
import { Icon } from '@benchmate/shared/ui/icon';
import { LongList } from '../shell/long-list.tsx';

interface Required {
  rules: readonly { pattern: string; people: string[][] }[];
  from: string;
}

/** Rules about models as they count for everybody, with the commit that they were read from. */
export function ModelRules({ required: { rules, from } }: { required: Required }) {
  return (
    <section className="app-section app-spaced" aria-labelledby="model-rules">
      <h2 id="model-rules">
        Models <span className="bm-muted">{rules.length === 0 ? 'nobody is required' : 'a promotion needs them'}</span>
      </h2>
      <p className="bm-muted">
        {rules.length === 0
          ? 'Promotions need the approvals that the policy of the alias asks for, whoever gives them.'
          : `The last rule that fits counts. ${from === '' ? '' : `Signed from ${from}.`}`}
      </p>
      <LongList
        label="Rules about models"
        what="rules"
        items={rules.map((rule, index) => ({ ...rule, index }))}
        keyOf={({ index }) => String(index)}
        textOf={({ pattern, people }) => `${pattern} ${people.join(' ')}`}
      >
        {({ pattern, people }) => (
          <div className="app-list-item">
            <Icon name="law" />
            <span>
              <strong>{ruleWords(pattern)}</strong>
              <span className="bm-muted">
                {people.length === 0 ? 'asks nobody' : `needs the approval of ${groupsWords(people)}`}
              </span>
            </span>
          </div>
        )}
      </LongList>
      <p className="bm-muted">
        To change them, edit <code className="bm-mono">REVIEWERS</code> in the project, commit it, and run{' '}
        <code className="bm-mono">benchmate policy apply</code>.
      </p>
    </section>
  );
}
