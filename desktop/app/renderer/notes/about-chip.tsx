import { parseBenchLink } from '@benchmate/shared/domain/bench-link';
import { modelPath, pathTo } from '@benchmate/shared/domain/companion-path';
import { useLive } from '../engine/live-list.ts';
import { runList } from '../engine/lists.ts';
import { Link } from '../shell/router.tsx';

interface Thing {
  kind: 'run' | 'model' | 'dataset';
  name: string;
  page: string | null;
}

function useThing(about: string | null): Thing | null {
  const link = about === null ? null : parseBenchLink(about);
  const runs = useLive(runList).items;
  if (link?.kind === 'run') {
    const name = runs.find(({ runId }) => runId === link.run)?.name ?? link.run.slice(0, 8);
    return { kind: 'run', name, page: pathTo('runs', link.run) };
  }
  if (link?.kind === 'model') return { kind: 'model', name: link.model, page: modelPath(link.model) };
  return link?.kind === 'dataset' ? { kind: 'dataset', name: link.dataset, page: null } : null;
}

/** What a note is about, with the way there; nothing for one that is about its project. */
export function AboutChip({ about }: { about: string | null }) {
  const thing = useThing(about);
  if (!thing) return null;
  return (
    <span className="bm-muted">
      About {thing.kind} {thing.page === null ? thing.name : <Link to={thing.page}>{thing.name}</Link>}
    </span>
  );
}

/** The same in a row that leads elsewhere. */
export function AboutWords({ about }: { about: string | null }) {
  const thing = useThing(about);
  return thing && ` · about ${thing.kind} ${thing.name}`;
}
