import { useEffect, type ReactNode } from 'react';
import { looking } from '../presence/looking.ts';
import { Link } from '../shell/router.tsx';
import { ShareLink } from '../shell/share-link.tsx';

/** The top of a page: where it lies, its name, what can be done here. Teammates see that somebody looks at it. */
export function PageHead({
  title,
  within,
  marks,
  path,
  children,
}: {
  title: string;
  within?: { name: string; to: string };
  marks?: ReactNode;
  /** Its address, where the one that is shown says less. */
  path?: string | undefined;
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
      <div className="app-actions">
        {children}
        <ShareLink path={path} />
      </div>
    </div>
  );
}
