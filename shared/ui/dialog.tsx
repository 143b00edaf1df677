import { useEffect, useId, useRef, type ReactNode } from 'react';

/** A question over the page. Escape and the first button leave everything as it is; focus returns to where it was. */
export function Dialog({ title, children, close }: { title: string; children: ReactNode; close: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog className="bm bm-dialog" ref={element} aria-labelledby={heading} onCancel={close} onClose={close}>
      <h2 id={heading}>{title}</h2>
      {children}
    </dialog>
  );
}
