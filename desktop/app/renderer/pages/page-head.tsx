import { useEffect, type ReactNode } from 'react';
import { looking } from '../presence/looking.ts';
import { Link } from '../shell/router.tsx';

/** The top of a page: where it lies, its name, what can be done here. Teammates see that somebody looks at it. */
export function PageHead({
  title,
  within,
  marks,
  children,
}: {
  title: string;
  within?: { name: string; to: string };
  marks?: ReactNode;
  children?: ReactNode;
}) {
  useEffect(() => looking.at(title), [title, location.pathname]);
  return (
    <div className="app-head">
      <div className="app-title">
        {within && (
          <Link to={within.to} className="app-within">
            {within.name}
          </Link>
        )}
        <h1 title={title}>{title}</h1>
        {marks}
      </div>
      {children && <div className="app-actions">{children}</div>}
    </div>
  );
}
