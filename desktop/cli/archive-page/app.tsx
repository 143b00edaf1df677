import { useState } from 'react';
import { ArchiveContext, type ArchiveData } from './archive-data.ts';
import { ModelPage, ModelsPage } from './models-pages.tsx';
import { RunPage } from './run-page.tsx';
import { RunsPage } from './runs-page.tsx';
import { AboutPage, NotesPage, ThreadsPage } from './texts-pages.tsx';
import { unsorted, type Sorting } from './use-runs-list.ts';
import { useVisit, VisitsBefore } from './use-visit.ts';

const parts = { runs: 'Runs', models: 'Models', notes: 'Notes', threads: 'Threads', about: 'About' };

export function App({ data }: { data: ArchiveData | null }) {
  const { path, before } = useVisit();
  const [part = 'runs', item] = path;
  // Here, since it stays while one looks at a run.
  const [order, setOrder] = useState(unsorted);
  return (
    <>
      <nav aria-label="Parts of the archive">{data && <Links part={part} />}</nav>
      <main id="main">
        {data ? (
          <ArchiveContext value={data}>
            <VisitsBefore value={before}>
              <CurrentPage key={before} part={part} item={item} order={order} setOrder={setOrder} />
            </VisitsBefore>
          </ArchiveContext>
        ) : (
          <CutOff />
        )}
      </main>
    </>
  );
}

const Links = ({ part }: { part: string }) => (
  <>
    {Object.entries(parts).map(([name, title]) => (
      <a key={name} href={`#/${name}`} aria-current={name === part ? 'page' : undefined}>
        {title}
      </a>
    ))}
    <a href="decisions.html">Decisions</a>
  </>
);

function CurrentPage({ part, item, ...sorting }: Sorting & { part: string; item: string | undefined }) {
  switch (part) {
    case 'models':
      return item === undefined ? <ModelsPage /> : <ModelPage name={item} />;
    case 'notes':
      return <NotesPage />;
    case 'threads':
      return <ThreadsPage />;
    case 'about':
      return <AboutPage />;
    default:
      return item === undefined ? <RunsPage {...sorting} /> : <RunPage runId={item} />;
  }
}

const CutOff = () => (
  <>
    <h1>This page is cut off</h1>
    <p>The file was not copied wholly: unpack the archive again.</p>
  </>
);
