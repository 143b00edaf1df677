import type { ProjectReviewers } from '@benchmate/shared/domain/model-review';
import { groupsWords } from '@benchmate/shared/diff/reviewer-words';
import { Icon } from '@benchmate/shared/ui/icon';
import { LongList } from '../shell/long-list.tsx';

/** What `REVIEWERS` of one project on this machine says about files, and whether its lines about models count. */
export function FileRules({ file: { projectId, name, paths, models, problem } }: { file: ProjectReviewers }) {
  return (
    <section className="app-section app-spaced" aria-labelledby={`files-${projectId}`}>
      <h2 id={`files-${projectId}`}>
        Files of {name} <span className="bm-muted">promotions do not depend on them</span>
      </h2>
      {problem && (
        <p className="bm-notice warning" role="note">
          <Icon name="warning" />
          <span>
            REVIEWERS: {problem} <code className="bm-mono">benchmate policy check</code> says more.
          </span>
        </p>
      )}
      {paths.length === 0 ? (
        <p className="bm-muted">
          {models === 0 && problem ? 'Nothing of it can be read.' : 'It says nothing about files.'}
        </p>
      ) : (
        <LongList
          label={`Lines about files of ${name}`}
          what="lines"
          items={paths}
          keyOf={({ line }) => String(line)}
          textOf={({ pattern, people }) => `${pattern} ${people.join(' ')}`}
        >
          {({ pattern, people, line }) => (
            <div className="app-list-item">
              <Icon name="file" />
              <span>
                <strong className="bm-mono">{pattern}</strong>
                <span className="bm-muted">
                  {people.length === 0 ? 'asks nobody' : `is reviewed by ${groupsWords(people)}`}, line {line}
                </span>
              </span>
            </div>
          )}
        </LongList>
      )}
    </section>
  );
}
