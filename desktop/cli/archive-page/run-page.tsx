import { Fragment } from 'react';
import type { Run } from '@benchmate/shared/domain/run';
import { aliasesOf, useArchive, versionsOf } from './archive-data.ts';
import { Curves } from './curves.tsx';
import { Fact, Facts, Head, LongCell, NumberCell, NumberHead, PageLink, Region, Table } from './elements.tsx';
import { Page } from './page.tsx';
import { time } from './words.ts';

export function RunPage({ runId }: { runId: string }) {
  const { runs } = useArchive();
  const run = runs.find(each => each.runId === runId);
  if (!run)
    return (
      <Page title="No such run">
        <p>
          <PageLink path={['runs']}>All runs</PageLink>
        </p>
      </Page>
    );
  const hasMetrics = Object.keys(run.metrics).length > 0;
  return (
    <Page title={run.name || run.runId}>
      <Facts>
        <Fact name="Run">{run.runId}</Fact>
        <Fact name="Experiment">{run.experimentName}</Fact>
        <Fact name="State">{run.status.toLowerCase()}</Fact>
        <Fact name="Started">{`${time(run.startTime)} UTC`}</Fact>
        <Fact name="Ended">{run.endTime === null ? '' : `${time(run.endTime)} UTC`}</Fact>
        <Became runId={runId} />
      </Facts>
      <h2>Metrics</h2>
      <div className="charts">
        {hasMetrics ? <Curves runId={runId} /> : <p role="status">No metrics were logged.</p>}
      </div>
      {hasMetrics && <LastValues run={run} />}
      <h2>Params</h2>
      <Pairs label="Params" values={run.params} />
      <h2>Tags</h2>
      <Pairs label="Tags" values={run.tags} />
    </Page>
  );
}

function Became({ runId }: { runId: string }) {
  const registered = versionsOf(runId, useArchive().models);
  if (registered.length === 0) return null;
  return (
    <Fact name="Became">
      <span>
        {registered.map(({ model, version }, index) => (
          <Fragment key={version.versionId}>
            {index > 0 ? ', ' : ''}
            <PageLink path={['models', model.name]}>{`${model.name} v${version.version}`}</PageLink>
            {aliasesOf(model, version)
              .map(alias => ` (${alias})`)
              .join(',')}
          </Fragment>
        ))}
      </span>
    </Fact>
  );
}

const LastValues = ({ run }: { run: Run }) => (
  <>
    <Region label="Last values">
      <Table
        heads={
          <>
            <Head>Metric</Head>
            <NumberHead>Last value</NumberHead>
            <NumberHead>Step</NumberHead>
          </>
        }
      >
        {Object.entries(run.metrics).map(([key, { value, step }]) => (
          <tr key={key}>
            <LongCell>{key}</LongCell>
            <NumberCell value={value} />
            <NumberCell value={step} />
          </tr>
        ))}
      </Table>
    </Region>
    <p>
      <a href={`series/${run.runId}.csv`}>All points as CSV</a>
    </p>
  </>
);

function Pairs({ label, values }: { label: string; values: Readonly<Record<string, string>> }) {
  if (Object.keys(values).length === 0) return <p className="quiet">None.</p>;
  return (
    <Region label={label}>
      <Table
        heads={
          <>
            <Head>Name</Head>
            <Head>Value</Head>
          </>
        }
      >
        {Object.entries(values).map(([key, value]) => (
          <tr key={key}>
            <LongCell>{key}</LongCell>
            <LongCell>{value}</LongCell>
          </tr>
        ))}
      </Table>
    </Region>
  );
}
