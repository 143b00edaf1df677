import type { RegistryMoment } from '@benchmate/shared/domain/registry-then';
import { absoluteTime } from '@benchmate/shared/ui/relative-time';

/** The choice of a moment: a time that is typed, or one decision after the other on a slider. */
export function MomentChoice({
  at,
  moments,
  choose,
}: {
  at: string;
  moments: readonly RegistryMoment[];
  choose: (at: string) => void;
}) {
  const place = moments.findLastIndex(({ countsFrom }) => countsFrom <= at);
  const moment = moments[place];
  const said = moment
    ? `${absoluteTime(new Date(moment.countsFrom))}: ${moment.sentence}`
    : 'Before anything was stated about the model';
  const step = (to: number) => {
    const next = moments[to];
    if (next) choose(next.countsFrom);
    else if (to < 0 && moments[0]) choose(new Date(Date.parse(moments[0].countsFrom) - 1).toISOString());
  };
  const type = (text: string) => {
    const time = new Date(text);
    if (!Number.isNaN(time.getTime())) choose(time.toISOString());
  };
  return (
    <>
      <label className="bm-label">
        As of, in the time of this machine
        <input
          className="bm-field"
          type="datetime-local"
          step={1}
          value={localInput(at)}
          onChange={event => type(event.target.value)}
        />
      </label>
      {moments.length > 0 && (
        <>
          <label className="bm-label">
            Decision by decision
            <input
              type="range"
              min={-1}
              max={moments.length - 1}
              value={place}
              aria-valuetext={said}
              onChange={event => step(Number(event.target.value))}
              style={{ width: '100%', accentColor: 'var(--bm-accent)' }}
            />
          </label>
          <p>{said}</p>
          <div className="row">
            <button className="bm-button" disabled={place < 0} onClick={() => step(place - 1)}>
              Decision before
            </button>
            <button className="bm-button" disabled={place >= moments.length - 1} onClick={() => step(place + 1)}>
              Next decision
            </button>
          </div>
        </>
      )}
    </>
  );
}

/** `2026-03-14T09:00:00` in the time of this machine, as such a field wants it. */
function localInput(at: string): string {
  const time = new Date(at);
  if (Number.isNaN(time.getTime())) return '';
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
