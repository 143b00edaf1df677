import { lazy, Suspense, useRef } from 'react';
import { modelPath } from '@benchmate/shared/domain/companion-path';
import type { ModelVersion, RegisteredModel } from '@benchmate/shared/domain/registry';
import { useLive } from '../engine/live-list.ts';
import { projectList } from '../engine/lists.ts';
import { LiveMarkdown } from '../notes/live-markdown.tsx';
import { Link } from '../shell/router.tsx';
import { CommentOnCard } from './comment-on-card.tsx';
import { rivalOf } from './version-of.ts';

const CardChanges = lazy(() => import('./card-changes.tsx'));

/** The card that was logged with a version, after what changed in it since the version it would replace. */
export function CardSection({ model, version }: { model: RegisteredModel; version: ModelVersion }) {
  const shown = useRef<HTMLDivElement>(null);
  const rival = rivalOf(model, version);
  const project = useLive(projectList).items.find(known => known.model === model.name);
  const text = version.description || model.description;
  return (
    <>
      {rival && rival.version.description !== '' && version.description !== '' && (
        <section className="app-section" aria-labelledby="changes">
          <h2 id="changes">
            Card changes{' '}
            <span className="bm-muted">
              since {rival.alias}{' '}
              <Link to={modelPath(model.name, rival.version.version)}>v{rival.version.version}</Link>
            </span>
          </h2>
          <div className="app-text">
            <Suspense fallback={null}>
              <CardChanges before={rival.version} version={version} />
            </Suspense>
          </div>
        </section>
      )}
      <section className="app-section" aria-labelledby="card">
        <h2 id="card">Card</h2>
        {text.trim() === '' ? (
          <p className="bm-muted">
            Nothing is written about this version. A description that is logged with it appears here.
          </p>
        ) : (
          <div className="app-spaced app-text">
            <div className="app-card" ref={shown}>
              <LiveMarkdown text={withoutFrontMatter(text)} projectId={project?.projectId ?? null} />
            </div>
            {project && <CommentOnCard key={version.versionId} source={text} project={project} shown={shown} />}
          </div>
        )}
      </section>
    </>
  );
}

/** A card's YAML head is for programs. */
const withoutFrontMatter = (text: string): string => text.replace(/^---\r?\n[\s\S]*?\r?\n---\r?\n/, '');
