import type { ModelVersion } from '@benchmate/shared/domain/registry';
import type { ArchivedModel } from '@benchmate/shared/formats/archive';
import { aliasesOf, useArchive } from './archive-data.ts';
import { Fact, Facts, Head, NumberCell, PageLink, Prose, Region, Table } from './elements.tsx';
import { Page } from './page.tsx';
import { time } from './words.ts';

export function ModelsPage() {
  const { models } = useArchive();
  return (
    <Page title="Models">
      {models.length === 0 ? (
        <p>No model was registered.</p>
      ) : (
        <Region label="Models">
          <Table
            heads={
              <>
                <Head>Model</Head>
                <Head>Versions</Head>
                <Head>Aliases</Head>
              </>
            }
          >
            {models.map(model => (
              <tr key={model.name}>
                <td>
                  <PageLink path={['models', model.name]}>{model.name}</PageLink>
                </td>
                <NumberCell value={model.versions.length} />
                <td>{aliasesWithVersions(model)}</td>
              </tr>
            ))}
          </Table>
        </Region>
      )}
    </Page>
  );
}

const aliasesWithVersions = ({ aliases, versions }: ArchivedModel): string =>
  aliases
    .map(
      ({ alias, holder, contested }) =>
        `${alias}: v${versions.find(({ versionId }) => versionId === holder)?.version ?? '?'}${contested ? ' (contested)' : ''}`,
    )
    .join(', ');

export function ModelPage({ name }: { name: string }) {
  const model = useArchive().models.find(each => each.name === name);
  if (!model)
    return (
      <Page title="No such model">
        <p>
          <PageLink path={['models']}>All models</PageLink>
        </p>
      </Page>
    );
  return (
    <Page title={name}>
      {model.description !== '' && <Prose>{model.description}</Prose>}
      {model.versions.toReversed().map(version => (
        <Version key={version.versionId} model={model} version={version} />
      ))}
      <h2>History</h2>
      <ol>
        {model.history.map(({ at, sentence, entry, ignored }) => (
          <li key={entry}>
            <span className="quiet">{`${time(at)} `}</span>
            <span className={ignored === null ? undefined : 'no'}>{sentence}</span>
            {ignored !== null && ` Does not count: ${ignored}`}
          </li>
        ))}
      </ol>
      <p>
        Who signed what, and that it holds: <a href="decisions.html">the record of decisions</a>, which verifies itself.
      </p>
    </Page>
  );
}

function Version({ model, version }: { model: ArchivedModel; version: ModelVersion }) {
  const aliases = aliasesOf(model, version).map(alias => ` \u00b7 ${alias}`);
  return (
    <>
      <h2>{`v${version.version}${aliases.join('')}`}</h2>
      <Facts>
        <Fact name="Registered">{`${time(version.at)} UTC by ${version.registeredBy.name}`}</Fact>
        <Fact name="From run">
          <FromRun runId={version.runId} />
        </Fact>
        <Fact name="Source">{version.source}</Fact>
        {version.requests.map(({ person, name, by, state, comment, at }) => (
          <Fact key={`asked ${person}`} name="Review asked">
            {`${name} by ${by.name}, ${time(at)} UTC (${state})${comment === '' ? '' : `: ${comment}`}`}
          </Fact>
        ))}
        {version.approvals.map(({ device, name, verdict, comment, at }) => (
          <Fact key={device} name={verdict === 'approve' ? 'Approved' : 'Changes asked'}>
            {`${name}, ${time(at)} UTC${comment === '' ? '' : `: ${comment}`}`}
          </Fact>
        ))}
        {version.remarks.map(({ device, name, comment, at }) => (
          <Fact key={`${device} ${at}`} name="Without a vote">
            {`${name}, ${time(at)} UTC${comment === '' ? '' : `: ${comment}`}`}
          </Fact>
        ))}
      </Facts>
      {version.description !== '' && (
        <details>
          <summary>{`Model card of v${version.version}`}</summary>
          <Prose>{version.description}</Prose>
        </details>
      )}
    </>
  );
}

function FromRun({ runId }: { runId: string | null }) {
  const run = useArchive().runs.find(each => each.runId === runId);
  if (!run) return runId ?? 'none';
  return <PageLink path={['runs', run.runId]}>{run.name || run.runId}</PageLink>;
}
