import { useState } from 'react';
import { pathTo } from '@benchmate/shared/domain/companion-path';
import { templateText, type NoteTemplate } from '@benchmate/shared/domain/note-template';
import { Dialog } from '@benchmate/shared/ui/dialog';
import { ErrorLine } from '@benchmate/shared/ui/empty-state';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { draftList, noteList, projectList } from '../engine/lists.ts';
import { useAction } from '../engine/use-action.ts';
import { isOnSyncServer } from '../shell/base.ts';
import { navigate } from '../shell/router.tsx';

/** Asks for what a note needs at its beginning, and whether others may see it yet. */
export function NewNote({
  close,
  about = null,
  projectId: wanted = null,
}: {
  close: () => void;
  /** What it is about, as an address. */
  about?: string | null;
  projectId?: string | null;
}) {
  const projects = useLive(projectList).items;
  const [title, setTitle] = useState('');
  const [projectId, setProjectId] = useState(wanted ?? projects[0]?.projectId ?? '');
  const [template, setTemplate] = useState<NoteTemplate>('empty');
  const { busy, error, run } = useAction();
  const [isDraft, setDraft] = useState(false);
  const body = templateText(template, about);
  const begin = async (): Promise<string> => {
    const target = { kind: 'note' as const, title: title.trim() };
    if (isDraft)
      return pathTo(
        'drafts',
        (await draftList.answer(engine.drafts.create.mutate({ projectId, target, body }))).draftId,
      );
    const created = engine.notes.create.mutate({
      projectId,
      title: target.title,
      body,
      ...(about !== null && { about }),
    });
    return pathTo('notes', (await noteList.answer(created)).noteId);
  };
  const create = () =>
    run(begin, path => {
      close();
      navigate(path);
    });
  return (
    <Dialog title="New note" close={close}>
      <form
        className="app-stack"
        onSubmit={event => {
          event.preventDefault();
          create();
        }}
      >
        <label className="bm-label">
          Title
          <input
            className="bm-field"
            value={title}
            maxLength={200}
            autoFocus
            required
            onChange={event => setTitle(event.target.value)}
          />
        </label>
        <label className="bm-label">
          Project
          <select className="bm-field" value={projectId} onChange={event => setProjectId(event.target.value)}>
            {projects.map(project => (
              <option key={project.projectId} value={project.projectId}>
                {project.name}
              </option>
            ))}
          </select>
        </label>
        <label className="bm-label">
          Begin with
          <select
            className="bm-field"
            value={template}
            onChange={event => setTemplate(event.target.value as NoteTemplate)}
          >
            <option value="empty">Nothing</option>
            <option value="decision">Decision record: context, options, decision, evidence</option>
          </select>
        </label>
        {about === null && !isOnSyncServer && (
          <label>
            <input type="checkbox" checked={isDraft} onChange={event => setDraft(event.target.checked)} /> Draft: on
            this device alone until I publish it
          </label>
        )}
        <ErrorLine error={error} />
        <div className="actions">
          <button type="button" className="bm-button" onClick={close}>
            Cancel
          </button>
          <button type="submit" className="bm-button primary" disabled={busy || title.trim() === ''}>
            Write
          </button>
        </div>
      </form>
    </Dialog>
  );
}
