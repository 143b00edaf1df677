import { useMemo } from 'react';
import { useArchive } from './archive-data.ts';
import { Head, NumberCell, NumberHead, PageLink, Region, Table } from './elements.tsx';
import { Page } from './page.tsx';
import { commonMetrics, useRunsList, type Sorting } from './use-runs-list.ts';
import { time } from './words.ts';

export function RunsPage({ order, setOrder }: Sorting) {
  const data = useArchive();
  const { search, searchFor, found, shown, showMore, sortBy } = useRunsList(data, { order, setOrder });
  const keys = useMemo(() => commonMetrics(data.runs), [data]);
  return (
    <Page title="Runs">
      <label htmlFor="search">Show only runs with (name, param, tag)</label>
      <input
        type="search"
        id="search"
        autoComplete="off"
        value={search}
        onChange={event => searchFor(event.currentTarget.value)}
      />
      <p role="status" className="quiet">
        {`${found} of ${data.runs.length} runs`}
      </p>
      <Region label="Runs">
        <Table
          heads={
            <>
              <Head>Run</Head>
              <Head>Started (UTC)</Head>
              <Head>State</Head>
              {keys.map(key => (
                <NumberHead key={key} sort={order.key !== key ? 'none' : order.down ? 'descending' : 'ascending'}>
                  <button type="button" onClick={() => sortBy(key)}>
                    {`${key}${order.key === key ? (order.down ? ' \u2193' : ' \u2191') : ''}`}
                  </button>
                </NumberHead>
              ))}
            </>
          }
        >
          {shown.map(run => (
            <tr key={run.runId}>
              <td>
                <PageLink path={['runs', run.runId]}>{run.name || run.runId}</PageLink>
              </td>
              <td>{time(run.startTime)}</td>
              <td>{run.status.toLowerCase()}</td>
              {keys.map(key => (
                <NumberCell key={key} value={run.metrics[key]?.value} />
              ))}
            </tr>
          ))}
        </Table>
      </Region>
      <button type="button" hidden={found <= shown.length} onClick={showMore}>
        Show more
      </button>
    </Page>
  );
}
