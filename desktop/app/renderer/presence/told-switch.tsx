import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { presenceList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';

/** One switch for everything that teammates see of where this person is. */
export function ToldSwitch() {
  const state = useLive(presenceList).items[0];
  const { busy, error, run } = useAction();
  if (!state) return null;
  const change = (told: boolean) => run(() => presenceList.answer(engine.presence.setTold.mutate({ told })));
  return (
    <>
      <label className="app-check">
        <input type="checkbox" checked={state.told} disabled={busy} onChange={event => change(event.target.checked)} />{' '}
        Teammates see what I look at
      </label>
      <p className="bm-muted">
        The page, the chart and the step under your pointer, while you look. It is stored nowhere.
      </p>
      <ErrorLine error={error} />
    </>
  );
}
