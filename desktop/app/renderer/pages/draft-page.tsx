import { useState } from 'react';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { draftName } from '@benchmate/shared/domain/draft-name';
import type { Draft } from '@benchmate/shared/domain/draft';
import { Dialog } from '@benchmate/shared/ui/dialog';
import { EmptyState, ErrorLine, ErrorState, Skeleton } from '@benchmate/shared/ui/empty-state';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { draftList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { useSlow } from '../engine/use-load.ts';
import { NoteText, NoteTextViewChoice, useNoteTextView } from '../notes/note-text.tsx';
import { useDocument } from '../notes/use-document.ts';
import { Link, navigate } from '../shell/router.tsx';
import { PageHead } from './page-head.tsx';

const within = { name: 'Notes', to: '/notes' };

export default function DraftPage({ draftId }: { draftId: string }) {
  const { items, phase, error } = useLive(draftList);
  const slow = useSlow(phase === 'loading');
  const draft = items.find(each => each.draftId === draftId);
  if (draft) return <DraftView draft={draft} />;
  return (
    <>
      <PageHead title="Draft" within={within} />
      {phase === 'failed' && error ? (
        <ErrorState error={error} retry={() => void draftList.reload()} />
      ) : phase === 'loading' ? (
        slow && <Skeleton what="the draft" />
      ) : (
        <EmptyState
          icon="note"
          title="There is no such draft on this device."
          actions={<Link to="/notes">All notes</Link>}
        >
          It was published or thrown away, or begun on another device.
        </EmptyState>
      )}
    </>
  );
}

function DraftView({ draft }: { draft: Draft }) {
  const { opened, state, text } = useDocument(draft.documentId);
  const [view, choose] = useNoteTextView();
  const { busy, error, run } = useAction();
  const name = draftName(draft);
  const { draftId } = draft;
  const publish = () =>
    run(
      () => engine.drafts.publish.mutate({ draftId }),
      ({ note, thread }) => {
        if (note) navigate(pathTo('notes', note.noteId), { replace: true });
        else if (thread) navigate(pathTo('threads', thread.projectId, thread.threadId), { replace: true });
      },
    );
  const [asking, setAsking] = useState(false);
  return (
    <>
      <PageHead title={name} within={within}>
        <span className="bm-state bm-muted" role="status">
          <Icon name={state === 'apart' ? 'debug-disconnect' : 'lock'} />{' '}
          {state === 'apart'
            ? 'Not saved: the engine does not answer; keep this page open'
            : 'Draft: on this device alone'}
        </span>
        <NoteTextViewChoice view={view} choose={choose} />
        <button className="bm-button" disabled={busy} onClick={() => setAsking(true)}>
          Throw away
        </button>
        <button className="bm-button primary" disabled={busy || state !== 'shared'} onClick={publish}>
          Publish
        </button>
      </PageHead>
      <ErrorLine error={error} />
      <NoteText
        title={name}
        projectId={draft.projectId}
        {...{ opened, state, text, view }}
        readOnly={state === 'refused'}
        placeholder="Write in Markdown. Nobody else sees it until you publish it."
      />
      {asking && <DiscardDialog draft={draft} close={() => setAsking(false)} />}
    </>
  );
}

function DiscardDialog({ draft, close }: { draft: Draft; close: () => void }) {
  const { busy, error, run } = useAction();
  const discard = () =>
    run(
      () => engine.drafts.discard.mutate({ draftId: draft.draftId }),
      () => navigate('/notes', { replace: true }),
    );
  return (
    <Dialog title={`Throw “${draftName(draft)}” away?`} close={close}>
      <p>It is on this device alone: nobody has another copy.</p>
      <ErrorLine error={error} />
      <div className="actions">
        <button className="bm-button" autoFocus onClick={close}>
          Keep
        </button>
        <button className="bm-button danger" disabled={busy} onClick={discard}>
          Throw away
        </button>
      </div>
    </Dialog>
  );
}
