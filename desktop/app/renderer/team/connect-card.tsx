import { useState } from 'react';
import type { TeamState } from '@benchmate/shared/protocol/team';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { teamList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';

/** Chooses the sync server, or works alone again. */
export function ConnectCard({ team }: { team: TeamState }) {
  const current = team.sync.serverUrl;
  const [url, setUrl] = useState(current ?? '');
  const { busy, error, run } = useAction();
  const connect = (serverUrl: string | null) => run(() => teamList.answer(engine.team.connect.mutate({ serverUrl })));
  return (
    <section className="app-card" aria-labelledby="server">
      <h2 id="server">Sync server</h2>
      <form
        className="app-form"
        onSubmit={event => {
          event.preventDefault();
          connect(url.trim());
        }}
      >
        <label className="bm-label">
          Address
          <input
            className="bm-field"
            type="url"
            placeholder="https://"
            required
            value={url}
            onChange={event => setUrl(event.target.value)}
          />
        </label>
        <button className="bm-button" disabled={busy || url.trim() === '' || url.trim() === current}>
          Connect
        </button>
        {current && (
          <button type="button" className="bm-button" disabled={busy} onClick={() => connect(null)}>
            Work alone
          </button>
        )}
      </form>
      <p className="bm-muted">It stores and forwards what the team shares. Start one with benchmate-sync.</p>
      <ErrorLine error={error} />
    </section>
  );
}
