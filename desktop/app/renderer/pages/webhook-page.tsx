import { useState } from 'react';
import type { Delivery, Webhook } from '@benchmate/shared/domain/webhook';
import { Chip } from '@benchmate/shared/ui/chip';
import { Dialog } from '@benchmate/shared/ui/dialog';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { RelativeTime } from '@benchmate/shared/ui/relative-time';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { webhookList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { useLoad, useSlow } from '../engine/use-load.ts';
import { Link, navigate } from '../shell/router.tsx';
import { NextAttempt } from '../webhooks/next-attempt.tsx';
import { deliveryTones, eventsOf, webhookState } from '../webhooks/webhook-words.ts';
import { PageHead } from './page-head.tsx';

const within = { name: 'Webhooks', to: '/webhooks' };

/** One webhook: whether it works, what it sent and what waits; testing, pausing, removing. */
export function WebhookPage({ webhookId }: { webhookId: string }) {
  const { items, phase, error } = useLive(webhookList);
  const slow = useSlow(phase === 'loading');
  const webhook = items.find(known => known.webhookId === webhookId);
  if (webhook) return <WebhookView webhook={webhook} />;
  return (
    <>
      <PageHead title="Webhook" within={within} />
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void webhookList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton what="the webhook" />
      ) : (
        <EmptyState icon="broadcast" title="There is no such webhook." actions={<Link to="/webhooks">Webhooks</Link>}>
          It may have been removed, or belong to another device.
        </EmptyState>
      )}
    </>
  );
}

function WebhookView({ webhook }: { webhook: Webhook }) {
  const { webhookId, url, off, paused, problem, waiting, nextAt, allowPrivate } = webhook;
  const { words, tone, icon } = webhookState(webhook);
  const [removing, setRemoving] = useState(false);
  const [tested, setTested] = useState<Delivery | null>(null);
  const { busy, error, run } = useAction();
  return (
    <>
      <PageHead
        title={url}
        within={within}
        marks={
          <Chip tone={tone} icon={icon}>
            {words}
          </Chip>
        }
      >
        <button
          className="bm-button"
          disabled={busy}
          onClick={() => run(() => engine.webhooks.test.mutate({ webhookId }), setTested)}
        >
          Send a test
        </button>
        {(off === null || paused) && (
          <button
            className="bm-button"
            disabled={busy}
            onClick={() =>
              run(() => webhookList.answer(engine.webhooks.setPaused.mutate({ webhookId, paused: !paused })))
            }
          >
            {paused ? 'Resume' : 'Pause'}
          </button>
        )}
        <button className="bm-button" disabled={busy} onClick={() => setRemoving(true)}>
          Remove
        </button>
      </PageHead>
      <div role="status" style={{ marginBottom: tested ? 12 : 0 }}>
        {tested && (
          <p className={`bm-notice ${tested.state === 'delivered' ? '' : 'bad'}`}>
            {tested.state === 'delivered' ? `The receiver answered ${tested.status}.` : tested.problem}
          </p>
        )}
      </div>
      <ErrorLine error={error} />
      <p className="app-text">
        Sends {eventsOf(webhook)}
        {allowPrivate && '; may reach this machine and private networks'}.{' '}
        {waiting > 0 && `${waiting} ${waiting === 1 ? 'event waits' : 'events wait'}. `}
        {paused && 'What happens while it is paused is not sent. '}
        {off !== null && !paused && `${off} A test that succeeds switches it on again. `}
        {problem !== null && `The last attempt: ${problem} `}
        {nextAt !== null && problem !== null && (
          <>
            It is tried again <NextAttempt at={nextAt} />.
          </>
        )}
      </p>
      <Deliveries webhook={webhook} tested={tested} />
      {removing && (
        <Dialog title="Remove this webhook?" close={() => setRemoving(false)}>
          <p>
            Nothing more is sent to {url}
            {waiting > 0 && `, and what waits is dropped`}. Added again, it has another secret.
          </p>
          <ErrorLine error={error} />
          <div className="actions">
            <button className="bm-button" autoFocus onClick={() => setRemoving(false)}>
              Keep
            </button>
            <button
              className="bm-button danger"
              disabled={busy}
              onClick={() =>
                run(
                  () => engine.webhooks.remove.mutate({ webhookId }),
                  () => navigate('/webhooks', { replace: true }),
                )
              }
            >
              Remove
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Read again whenever something about the webhook was announced: each attempt is. */
function Deliveries({ webhook, tested }: { webhook: Webhook; tested: Delivery | null }) {
  const { webhookId } = webhook;
  const key = `deliveries ${JSON.stringify(webhook)} ${tested?.messageId ?? ''}`;
  const [last, setLast] = useState<Delivery[]>([]);
  const { error, slow, reload } = useLoad(key, async signal => {
    const deliveries = await engine.webhooks.deliveries.query({ webhookId, limit: 200 }, { signal });
    setLast(deliveries);
    return deliveries;
  });
  return (
    <section className="app-section" aria-labelledby="deliveries">
      <h2 id="deliveries">
        Deliveries <span className="bm-muted">{last.length === 0 ? 'none yet' : `the last ${last.length}`}</span>
      </h2>
      {error ? (
        <ErrorState error={error} retry={reload} />
      ) : last.length === 0 ? (
        slow && <Skeleton what="deliveries" />
      ) : (
        <div className="bm-scroll" tabIndex={0} role="region" aria-label="Deliveries">
          <table className="bm-table app-deliveries">
            <thead>
              <tr>
                <th scope="col">Event</th>
                <th scope="col">State</th>
                <th scope="col">Created</th>
                <th scope="col" className="number">
                  Tries
                </th>
                <th scope="col" className="number">
                  Answer
                </th>
                <th scope="col">Next attempt, or what went wrong</th>
              </tr>
            </thead>
            <tbody>
              {last.map(({ messageId, type, state, createdAt, attempts, status, nextAt, problem }) => (
                <tr key={messageId} title={messageId}>
                  <th scope="row">{type}</th>
                  <td>
                    <Chip tone={deliveryTones[state]}>{state}</Chip>
                  </td>
                  <td>
                    <RelativeTime at={createdAt} />
                  </td>
                  <td className="number">{attempts}</td>
                  <td className="number">{status ?? '–'}</td>
                  <td>
                    {state === 'waiting' && webhook.off === null && nextAt !== null && (
                      <>
                        <NextAttempt at={nextAt} />
                        {problem && '. '}
                      </>
                    )}
                    {problem}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
