import { parseBenchLink } from '@benchmate/shared/domain/bench-link';
import { modelPath, pathTo } from '@benchmate/shared/domain/companion-path';
import { useLive } from '../engine/live-list.ts';
import { runList } from '../engine/lists.ts';
import { Link } from '../shell/router.tsx';

/** What a note is about, with the way there; nothing for one that is about its project. */
export function AboutChip({ about }: { about: string | null }) {
  const link = about === null ? null : parseBenchLink(about);
  const runs = useLive(runList).items;
  if (link?.kind === 'run') {
    const name = runs.find(({ runId }) => runId === link.run)?.name ?? link.run.slice(0, 8);
    return (
      <span className="bm-muted">
        About run <Link to={pathTo('runs', link.run)}>{name}</Link>
      </span>
    );
  }
  if (link?.kind === 'model')
    return (
      <span className="bm-muted">
        About model <Link to={modelPath(link.model)}>{link.model}</Link>
      </span>
    );
  return link?.kind === 'dataset' ? <span className="bm-muted">About dataset {link.dataset}</span> : null;
}
