import { useState } from 'react';
import { eventTypes, type EventType } from '@benchmate/shared/domain/bench-event';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { CopyButton } from '@benchmate/shared/ui/copy-button';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { webhookList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { Link } from '../shell/router.tsx';
import { eventWords } from './webhook-words.ts';

/** Adds an address and shows its secret, once. */
export function AddWebhook() {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<ReadonlySet<EventType>>(new Set());
  const [allowPrivate, setAllowPrivate] = useState(false);
  const [made, setMade] = useState<{ webhookId: string; secret: string } | null>(null);
  const { busy, error, run } = useAction();
  const add = () =>
    run(
      async () => {
        const { webhook, secret } = await engine.webhooks.add.mutate({
          url: url.trim(),
          events: [...events],
          allowPrivate,
        });
        await webhookList.answer(Promise.resolve(webhook));
        return { webhookId: webhook.webhookId, secret };
      },
      shown => {
        setMade(shown);
        setUrl('');
      },
    );
  const toggle = (type: EventType) => {
    const next = new Set(events);
    if (!next.delete(type)) next.add(type);
    setEvents(next);
  };
  return (
    <section className="app-card" aria-labelledby="add-webhook">
      <h2 id="add-webhook">Add a webhook</h2>
      <form
        className="app-stack"
        style={{ gap: 12 }}
        onSubmit={event => {
          event.preventDefault();
          add();
        }}
      >
        <label className="bm-label">
          Address
          <input
            className="bm-field"
            type="url"
            placeholder="https://"
            required
            maxLength={2000}
            value={url}
            onChange={event => setUrl(event.target.value)}
          />
        </label>
        <fieldset className="app-choices">
          <legend>Events; none chosen sends all</legend>
          {eventTypes.map(type => (
            <label key={type}>
              <input type="checkbox" checked={events.has(type)} onChange={() => toggle(type)} />
              <span>
                {type} <span className="bm-muted">{eventWords[type]}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label className="app-choice">
          <input type="checkbox" checked={allowPrivate} onChange={event => setAllowPrivate(event.target.checked)} />
          <span>It may reach this machine and private networks</span>
        </label>
        <div className="app-actions">
          <button className="bm-button primary" disabled={busy || url.trim() === ''}>
            Add
          </button>
        </div>
      </form>
      {made && (
        <div role="status" className="app-stack" style={{ gap: 8 }}>
          <label className="bm-label">
            Secret, shown once
            <input className="bm-field bm-mono" readOnly value={made.secret} onFocus={event => event.target.select()} />
          </label>
          <div className="row">
            <CopyButton text={made.secret} label="Copy the secret" />
            <Link to={pathTo('webhooks', made.webhookId)}>Test it</Link>
            <span className="bm-muted">Give it to the receiver now: it verifies with it what comes.</span>
          </div>
        </div>
      )}
      <ErrorLine error={error} />
    </section>
  );
}
