import { modelPath } from '@benchmate/shared/domain/companion-path';
import type { AskedVersion } from '@benchmate/shared/domain/model-review';
import { targetSentence } from '@benchmate/shared/diff/review-target-text';
import { Icon } from '@benchmate/shared/ui/icon';
import { LongList } from '../shell/long-list.tsx';
import { Link } from '../shell/router.tsx';

/** Versions that wait for a verdict, and whose approval each alias still lacks. */
export function AskedVersions({ versions, more }: { versions: readonly AskedVersion[]; more: number }) {
  return (
    <section className="app-section app-spaced" aria-labelledby="asked-versions" style={{ marginTop: 0 }}>
      <h2 id="asked-versions">
        Asked now <span className="bm-muted">{versions.length === 0 ? 'no verdict is waited for' : ''}</span>
      </h2>
      <LongList
        label="Versions that wait for a verdict"
        what="versions"
        items={versions}
        keyOf={({ model, version }) => `${version} ${model}`}
        textOf={({ model, version, people }) => `${model} v${version} ${people.join(' ')}`}
      >
        {({ model, version, people, targets }) => (
          <Link to={modelPath(model, version)} className="app-list-item">
            <Icon name="package" />
            <span>
              <strong>
                {model} v{version}
              </strong>
              <span className="bm-muted">Asked: {people.join(', ')}</span>
              {targets.map(target => (
                <span className="bm-muted" key={target.alias}>
                  {targetSentence(target)}
                </span>
              ))}
            </span>
          </Link>
        )}
      </LongList>
      {more > 0 && <p className="bm-muted">{more} older versions are asked about, too.</p>}
    </section>
  );
}
