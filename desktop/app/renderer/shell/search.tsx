import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { hitPath, modelPath, pathTo } from '@benchmate/shared/domain/companion-path';
import { parsePageLink, pathOfLink } from '@benchmate/shared/domain/page-link';
import type { SnippetPart } from '@benchmate/shared/domain/text-hit';
import { Icon } from '@benchmate/shared/ui/icon';
import { engine } from '../engine/connection.tsx';
import { useLive } from '../engine/live-list.ts';
import { modelList, noteList } from '../engine/lists.ts';
import { useLoad } from '../engine/use-load.ts';
import { isOnSyncServer } from './base.ts';
import { navigate } from './router.tsx';

interface Hit {
  to: string;
  icon: string;
  name: string;
  kind: string;
  /** What it says there. */
  snippet?: readonly SnippetPart[];
}

/** The index follows what is written within about that time. */
const untilIndexedMs = 700;

const pageNames = isOnSyncServer
  ? ['Inbox', 'Runs', 'Models', 'Notes', 'Team']
  : ['Runs', 'Models', 'Notes', 'Jobs', 'Team'];
const pages: Hit[] = pageNames.map(name => ({
  to: pathTo(name.toLowerCase()),
  icon: 'arrow-right',
  name,
  kind: 'page',
}));

/** `/` from anywhere: runs, models, notes and pages by part of their name, notes and comments by their words. */
export function Search() {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useId();
  const hits = useHits(open ? text.trim() : '');
  useSlashKey(field);

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    navigate(hit.to);
    setText('');
    setOpen(false);
    field.current?.blur();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive(index => Math.min(hits.length - 1, index + 1));
    else if (event.key === 'ArrowUp') setActive(index => Math.max(0, index - 1));
    else if (event.key === 'Enter') go(hits[active]);
    else if (event.key === 'Escape') {
      setText('');
      setOpen(false);
      field.current?.blur();
    } else return;
    event.preventDefault();
  };
  const shown = open && text.trim() !== '';
  return (
    <div className="app-search" onBlur={event => !event.currentTarget.contains(event.relatedTarget) && setOpen(false)}>
      <Icon name="search" />
      <input
        ref={field}
        className="bm-field"
        role="combobox"
        aria-label="Find runs, models, notes, comments and pages"
        aria-expanded={shown}
        aria-controls={list}
        aria-activedescendant={shown && hits.length > 0 ? `${list}-${active}` : undefined}
        placeholder="Find anything"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onFocus={() => setOpen(true)}
        onChange={event => {
          setText(event.target.value);
          setActive(0);
          setOpen(true);
        }}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
      {shown && (
        <div className="bm-menu app-hits">
          <ul id={list} role="listbox" aria-label="Found">
            {hits.map((hit, index) => (
              <li
                key={hit.to}
                id={`${list}-${index}`}
                role="option"
                aria-selected={index === active}
                onPointerDown={event => (event.preventDefault(), go(hit))}
              >
                <Icon name={hit.icon} />
                <span className="bm-cut">
                  <bdi>{hit.name}</bdi>
                  {hit.snippet && <Snippet parts={hit.snippet} />}
                </span>
                <span className="bm-muted">{hit.kind}</span>
              </li>
            ))}
          </ul>
          {hits.length === 0 && <p className="bm-muted">Nothing has “{text.trim()}” in its name or its words.</p>}
        </div>
      )}
    </div>
  );
}

function Snippet({ parts }: { parts: readonly SnippetPart[] }) {
  return (
    <bdi className="app-snippet bm-muted">
      {parts.map(({ text, hit }, index) => (hit ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>))}
    </bdi>
  );
}

function useHits(text: string): Hit[] {
  const models = useLive(modelList).items;
  const notes = useLive(noteList).items;
  const runs = useLoad(`search ${text}`, async signal =>
    text === '' ? [] : (await engine.runs.list.query({ search: text, limit: 8 }, { signal })).runs,
  ).data;
  const found = useLoad(`words ${text}`, async signal =>
    text === '' ? null : engine.textSearch.find.query({ text, typing: true, limit: 8 }, { signal }),
  );
  const texts = found.data?.hits;
  useEffect(() => {
    if (!found.data?.pending) return;
    const timer = setTimeout(found.reload, untilIndexedMs); // what was written a moment ago is found a moment later
    return () => clearTimeout(timer);
  }, [found.data]);
  return useMemo(() => {
    const sent = parsePageLink(text);
    if (sent) return [{ to: pathOfLink(sent), icon: 'link', name: 'What this link leads to', kind: 'link' }];
    const fits = (name: string) => text !== '' && name.toLowerCase().includes(text.toLowerCase());
    const named = [
      ...pages.filter(({ name }) => fits(name)),
      ...models
        .filter(({ name }) => fits(name))
        .slice(0, 6)
        .map(({ name }) => ({ to: modelPath(name), icon: 'package', name, kind: 'model' })),
      ...notes
        .filter(({ title }) => fits(title))
        .slice(0, 6)
        .map(({ noteId, title }) => ({ to: pathTo('notes', noteId), icon: 'note', name: title, kind: 'note' })),
      ...(runs ?? []).map(({ runId, name }) => ({ to: pathTo('runs', runId), icon: 'beaker', name, kind: 'run' })),
    ];
    const said = (texts ?? []).map(hit => ({
      to: hitPath(hit),
      icon: hit.kind === 'note' ? 'note' : 'comment',
      name: hit.title,
      kind: hit.kind,
      snippet: hit.snippet,
    }));
    const taken = new Set<string>();
    // One row for each place: a note that is found by its name and its words is shown with its words.
    return [...named.filter(({ to }) => !said.some(hit => hit.to === to)), ...said].filter(
      ({ to }) => !taken.has(to) && taken.add(to),
    );
  }, [text, models, notes, runs, texts]);
}

/** `/` goes to the search unless somebody is writing. */
function useSlashKey(field: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const target = event.target as HTMLElement;
      const writing = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || writing) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [field]);
}
