import { pathTo } from '@benchmate/shared/domain/companion-path';
import { EmptyState, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import type { Webhook } from '@benchmate/shared/domain/webhook';
import { Chip } from '@benchmate/shared/ui/chip';
import { Icon } from '@benchmate/shared/ui/icon';
import { useLive } from '../engine/live-list.ts';
import { webhookList } from '../engine/lists.ts';
import { useSlow } from '../engine/use-load.ts';
import { Link } from '../shell/router.tsx';
import { AddWebhook } from '../webhooks/add-webhook.tsx';
import { NextAttempt } from '../webhooks/next-attempt.tsx';
import { eventsOf, webhookState } from '../webhooks/webhook-words.ts';
import { PageHead } from './page-head.tsx';

/** Addresses that this device tells what happens. */
export function WebhooksPage() {
  const { items, phase, error } = useLive(webhookList);
  const slow = useSlow(phase === 'loading');
  return (
    <>
      <PageHead title="Webhooks" within={{ name: 'Team', to: '/team' }} />
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void webhookList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton what="webhooks" />
      ) : (
        <div className="app-stack">
          {items.length === 0 ? (
            <EmptyState icon="broadcast" title="This device tells no other program what happens.">
              A webhook sends each event, signed, to an address: a chat, a build, a dashboard.
            </EmptyState>
          ) : (
            <ul className="app-list" aria-label="Webhooks">
              {items.map(webhook => (
                <Row key={webhook.webhookId} webhook={webhook} />
              ))}
            </ul>
          )}
          <AddWebhook />
        </div>
      )}
    </>
  );
}

function Row({ webhook }: { webhook: Webhook }) {
  const { webhookId, url, waiting, off, problem, nextAt } = webhook;
  const { words, tone, icon } = webhookState(webhook);
  return (
    <li className="app-list-item">
      <Icon name="broadcast" />
      <span>
        <Link to={pathTo('webhooks', webhookId)}>
          <strong>{url}</strong>
        </Link>
        <span className="bm-muted">
          {eventsOf(webhook)}
          {waiting > 0 && `; ${waiting} ${waiting === 1 ? 'event waits' : 'events wait'}`}
          {nextAt !== null && problem !== null && (
            <>
              , tried again <NextAttempt at={nextAt} />
            </>
          )}
        </span>
        {(off ?? problem) !== null && <span className="bm-muted">{off ?? problem}</span>}
      </span>
      <span className="chips">
        <Chip tone={tone} icon={icon}>
          {words}
        </Chip>
      </span>
    </li>
  );
}
