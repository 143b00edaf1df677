import { Fragment } from 'react';
import { reactionEmoji } from '@benchmate/shared/domain/reaction';
import { threadPlace } from '@benchmate/shared/domain/thread-place';
import { useArchive } from './archive-data.ts';
import { Fact, Facts, Prose } from './elements.tsx';
import { Page } from './page.tsx';
import { number, time } from './words.ts';

export function NotesPage() {
  const { notes } = useArchive();
  return (
    <Page title="Notes">
      {notes.length === 0 && <p>No notes.</p>}
      {notes.map(note => (
        <Fragment key={note.noteId}>
          <h2>{note.title}</h2>
          <Written by={note.author.name} at={note.createdAt} text={note.body} />
        </Fragment>
      ))}
    </Page>
  );
}

export function ThreadsPage() {
  const { threads, fileReviews } = useArchive();
  return (
    <Page title="Threads">
      {fileReviews.map(({ project, path, requests, votes, remarks }) => (
        <Fragment key={`${project} ${path}`}>
          <h2>{`Reviews of ${path} (${project})`}</h2>
          <Facts>
            {requests.map(({ person, name, by, state, content, comment, at }) => (
              <Fact key={`asked ${person}`} name="Review asked">
                {`${name} by ${by.name}, ${time(at)} UTC (${state}), content ${content.slice(0, 12)}${after(comment)}`}
              </Fact>
            ))}
            {votes.map(({ person, name, verdict, content, comment, at }) => (
              <Fact key={person} name={verdict === 'approve' ? 'Approved' : 'Changes asked'}>
                {`${name}, ${time(at)} UTC, content ${content.slice(0, 12)}${after(comment)}`}
              </Fact>
            ))}
            {remarks.map(({ person, name, content, comment, at }) => (
              <Fact key={`${person} ${at}`} name="Without a vote">
                {`${name}, ${time(at)} UTC, content ${content.slice(0, 12)}${after(comment)}`}
              </Fact>
            ))}
          </Facts>
        </Fragment>
      ))}
      {threads.length + fileReviews.length === 0 && <p>No threads.</p>}
      {threads.map(({ threadId, path, anchor, resolved, comments }) => (
        <Fragment key={threadId}>
          <h2>{`${threadPlace({ path, anchor })} (${resolved ? 'resolved' : 'open'})`}</h2>
          {anchor.quote !== '' && <blockquote>{anchor.quote}</blockquote>}
          {comments.map(({ commentId, author, at, body, reactions = [] }) => (
            <Fragment key={commentId}>
              <Written by={author.name} at={at} text={body} />
              {reactions.map(({ kind, people }) => (
                <p key={kind} className="quiet">
                  {`${reactionEmoji[kind]} ${people.map(({ name }) => name).join(', ')}`}
                </p>
              ))}
            </Fragment>
          ))}
        </Fragment>
      ))}
    </Page>
  );
}

const after = (comment: string): string => (comment === '' ? '' : `: ${comment}`);

const Written = ({ by, at, text }: { by: string; at: number; text: string }) => (
  <>
    <p className="quiet">{`${by}, ${time(at)} UTC`}</p>
    <Prose>{text}</Prose>
  </>
);

export function AboutPage() {
  const { team, createdAt, version, counts } = useArchive().archive;
  return (
    <Page title="About this archive">
      <p>
        {`Team ${team.name}. Written on ${time(createdAt)} UTC by Benchmate ${version}. It needs no server and no program but a browser.`}
      </p>
      <Facts>
        {Object.entries(counts).map(([name, count]) => (
          <Fact key={name} name={name}>
            {number(count)}
          </Fact>
        ))}
      </Facts>
      <p>
        Every part of it is also a file beside this page: <a href="README.txt">README.txt</a> says which, and{' '}
        <a href="schema.json">schema.json</a> what is in each line.
      </p>
    </Page>
  );
}
