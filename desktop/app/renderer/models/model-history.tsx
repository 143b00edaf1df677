import { ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Avatar } from '@benchmate/shared/ui/person';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { teamList } from '../engine/lists.ts';
import { useLoad } from '../engine/use-load.ts';

/** Every fact about a model, newest first; what the team's rules ignored says why. */
export function ModelHistory({ model, changedAt }: { model: string; changedAt: string }) {
  const { data, error, slow, reload } = useLoad(`history ${model} ${changedAt}`, signal =>
    engine.registry.history.query({ model }, { signal }),
  );
  const members = useLive(teamList).items[0]?.members ?? [];
  const deviceOf = (name: string) => members.find(member => member.name === name)?.device ?? name;
  if (error) return <ErrorState error={error} retry={reload} />;
  if (!data) return slow ? <Skeleton what="the history" lines={3} /> : null;
  return (
    <ol className="app-history">
      {data.toReversed().map(({ entry, at, name, sentence, ignored }) => (
        <li key={entry} className={ignored ? 'ignored' : ''}>
          <Avatar name={name} device={deviceOf(name)} />
          <span>
            {sentence}
            {ignored && <span className="bm-muted"> Not counted: {ignored}</span>}
          </span>
          <span className="bm-muted">
            <RelativeTime at={at} />
          </span>
        </li>
      ))}
    </ol>
  );
}
