import type { ReactNode } from 'react';
import { toBenchmateError } from '@benchmate/shared/protocol/client-errors';
import { Icon } from './icon.tsx';

/** Stands where content would: one sentence what is, one what to do next. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon: string;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="bm-empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children && <p className="bm-muted">{children}</p>}
      {actions && <div className="actions">{actions}</div>}
    </div>
  );
}

const icons: Record<string, string> = {
  ENGINE_UNAVAILABLE: 'debug-disconnect',
  OFFLINE: 'cloud-offline',
  FORBIDDEN: 'lock',
  UNAUTHENTICATED: 'key',
  NOT_FOUND: 'search',
};

/** An error in place of content: what happened, what to do, its code for a search or a colleague. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { code, message, nextStep } = toBenchmateError(error);
  return (
    <div className="bm-empty" role="alert">
      <Icon name={icons[code] ?? 'error'} />
      <h2>{message}</h2>
      {nextStep && <p className="bm-muted">{nextStep}</p>}
      {retry && (
        <div className="actions">
          <button className="bm-button" onClick={retry}>
            Try again
          </button>
        </div>
      )}
      <p className="bm-error-code">{code}</p>
    </div>
  );
}

/** The same in one line, under the control that failed. */
export function ErrorLine({ error }: { error: unknown }) {
  if (!error) return null;
  const { code, message, nextStep } = toBenchmateError(error);
  return (
    <p className="bm-notice bad" role="alert">
      <Icon name={icons[code] ?? 'error'} />
      <span>
        {message} {nextStep} <span className="bm-error-code">{code}</span>
      </span>
    </p>
  );
}

/** Room for what is being read; shown by `useLoad` after 300 ms alone. */
export function Skeleton({ lines = 6, what }: { lines?: number; what: string }) {
  return (
    <div className="bm-skeleton" role="status" aria-label={`Reading ${what}`}>
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} style={{ width: `${92 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
