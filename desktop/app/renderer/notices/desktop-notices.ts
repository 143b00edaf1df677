import type { BenchEvent } from '@benchmate/shared/domain/bench-event';
import { noticeOf } from '@benchmate/shared/protocol/notice';
import { modelPath, pathTo } from '@benchmate/shared/domain/companion-path';
import { engine, noticed } from '../engine/connection.tsx';
import { navigate } from '../shell/router.tsx';

const wantedKey = 'benchmate.desktopNotices';
/** A page of Benchmate that the person looks at has told by then that it needs no notification. */
const othersFirstMs = 700;

const listeners = new Set<() => void>();
let subscription: { unsubscribe: () => void } | null = null;

export type NoticesState = 'unsupported' | 'off' | 'on' | 'blocked';

/** Whether this browser tells of events. It needs the browser's permission and the person's wish. */
export function noticesState(): NoticesState {
  if (!('Notification' in window)) return 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  return Notification.permission === 'granted' && localStorage.getItem(wantedKey) === 'yes' ? 'on' : 'off';
}

export const onNoticesState = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** Asks the browser where it was not asked yet: only ever called when the person pressed a button. */
export async function setNotices(wanted: boolean): Promise<void> {
  if (wanted) await Notification.requestPermission();
  localStorage.setItem(wantedKey, wanted ? 'yes' : 'no');
  changed();
}

// Another page of this browser was asked.
window.addEventListener('storage', ({ key }) => key === wantedKey && changed());

function changed(): void {
  followEvents();
  for (const listener of listeners) listener();
}

/** Begins or ends listening, as the person wants it now. */
export function followEvents(): void {
  if (noticesState() !== 'on') {
    subscription?.unsubscribe();
    subscription = null;
  } else
    subscription ??= engine.webhooks.events.subscribe(undefined, {
      next: event => void hear(event).catch(noticed),
      error: noticed,
    });
}

async function hear(event: BenchEvent): Promise<void> {
  const { me, members } = await engine.team.state.query();
  const notice = noticeOf(event, me, members);
  if (!notice) return;
  const isLookedAt = document.visibilityState === 'visible' && document.hasFocus();
  if (!isLookedAt) await new Promise(resolve => setTimeout(resolve, othersFirstMs));
  const { mayTell } = await engine.inbox.claimNotice.mutate({ eventId: event.id });
  if (!mayTell || isLookedAt || noticesState() !== 'on') return;
  const shown = new Notification('Benchmate', { body: notice.sentence, icon: '/icon.svg', tag: event.id });
  shown.addEventListener('click', () => {
    window.focus();
    navigate(pathOf(event));
    shown.close();
  });
}

function pathOf(event: BenchEvent): string {
  switch (event.type) {
    case 'run.finished':
    case 'run.failed':
      return pathTo('runs', event.data.runId);
    case 'job.failed':
      return pathTo('jobs', event.data.jobId);
    case 'alias.contested':
      return modelPath(event.data.model);
    default:
      return modelPath(event.data.model, event.data.version);
  }
}
