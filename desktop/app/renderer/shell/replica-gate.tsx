import { useEffect, useState, type ReactNode } from 'react';
import { fromErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { BrowserReplica, ReplicaState } from '@benchmate/shared/protocol/browser-replica';
import { EmptyState, ErrorLine, ErrorState } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { useAction } from '../engine/use-action.ts';
import { replica } from '../engine/replica-client.ts';
import { navigate, usePlace } from './router.tsx';

/** Shows the pages once this browser is a device of a team; before, how it becomes one. */
export function ReplicaGate({ invite, children }: { invite: string; children: ReactNode }) {
  const [opened, setOpened] = useState<BrowserReplica | null>(null);
  const [state, setState] = useState<ReplicaState | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    let detach = () => {};
    replica?.then(ready => {
      detach = ready.onState(setState);
      setOpened(ready);
      setState(ready.state());
    }, setError);
    return () => detach();
  }, []);
  const isJoining = usePlace().segments[0] === 'join';
  useEffect(() => {
    if (isJoining && state === 'member') navigate('/inbox', { replace: true });
  }, [isJoining, state]);
  if (error !== null) return <Alone>{<ErrorState error={error} retry={() => location.reload()} />}</Alone>;
  if (!opened || state === null) return <p className="bm-unseen">Opening Benchmate</p>;
  if (state === 'member' && isJoining) return null;
  if (state === 'member') return children;
  return <Alone>{state === 'stranger' ? <JoinPage replica={opened} invite={invite} /> : <Elsewhere />}</Alone>;
}

const Alone = ({ children }: { children: ReactNode }) => <main className="app-alone">{children}</main>;

function Elsewhere() {
  return (
    <EmptyState
      icon="multiple-windows"
      title="Benchmate was opened in another tab of this browser."
      actions={
        <button className="bm-button primary" onClick={() => location.reload()}>
          Go on in this tab
        </button>
      }
    >
      One tab at a time writes for this device, so that nothing is written twice.
    </EmptyState>
  );
}

const scheme = 'benchmate:join#';

/** The secret of an invite stands in the fragment, which browsers send to nobody; it leaves the address at once. */
export function takeInvite(): string {
  const secret = location.hash.slice(1);
  if (secret === '') return '';
  history.replaceState(null, '', location.pathname);
  return `${scheme}${secret}`;
}

/** `/companion/join#<secret>`, or the link itself. */
function JoinPage({ replica: opened, invite }: { replica: BrowserReplica; invite: string }) {
  const [link, setLink] = useState(invite);
  const [name, setName] = useState('');
  const { busy, error, run } = useAction();
  const join = () =>
    run(async () => {
      const answer = await opened.join(normalized(link), name.trim());
      if ('error' in answer) throw fromErrorShape(answer.error);
    });
  return (
    <section className="app-card" aria-labelledby="join">
      <h1 id="join">Join your team in this browser</h1>
      <p className="bm-muted">
        This browser becomes a device of the team: its key is made here and never leaves it. Read, compare shared runs,
        comment, approve and write notes; to train and to share runs install Benchmate.
      </p>
      <form
        className="app-form"
        onSubmit={event => {
          event.preventDefault();
          join();
        }}
      >
        {invite !== '' && link === invite && !error ? (
          <p>
            <Icon name="key" /> The link holds an invite.
          </p>
        ) : (
          <label className="bm-label">
            Invite link
            <input
              className="bm-field"
              required
              value={link}
              autoComplete="off"
              placeholder="benchmate:join#…"
              onChange={event => setLink(event.target.value)}
            />
          </label>
        )}
        <label className="bm-label">
          Your name
          <input
            className="bm-field"
            required
            maxLength={100}
            value={name}
            autoFocus
            autoComplete="name"
            onChange={event => setName(event.target.value)}
          />
        </label>
        <button className="bm-button primary" disabled={busy || link.trim() === '' || name.trim() === ''}>
          Join
        </button>
      </form>
      <ErrorLine error={error} />
      <p className="bm-muted">
        No link? A member makes one under Team, or with <code className="bm-mono">benchmate invite</code>; for a second
        device of your own, <code className="bm-mono">benchmate team device</code>.
      </p>
    </section>
  );
}

/** The address for browsers is a link like any other. */
const normalized = (link: string): string => link.trim().replace(/^https?:\/\/[^#]*\/companion\/join#/, scheme);
