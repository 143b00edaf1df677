import { useContext, useLayoutEffect, useRef, type ReactNode } from 'react';
import { useArchive } from './archive-data.ts';
import { VisitsBefore } from './use-visit.ts';

/** A page under its heading. The heading has the focus after a change of page, so that a screen reader says where one is. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  const { archive } = useArchive();
  const before = useContext(VisitsBefore);
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${title} \u2013 archive of ${archive.team.name}`;
  }, [title, archive]);
  useLayoutEffect(() => {
    if (before === 0) return;
    heading.current?.focus();
    scrollTo(0, 0);
  }, [before]);
  return (
    <>
      <h1 tabIndex={-1} ref={heading}>
        {title}
      </h1>
      {children}
    </>
  );
}
