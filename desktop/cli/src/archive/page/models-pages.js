import { aliasesOf, data } from './data.js';
import { facts, figure, h, link, region, row, table, time } from './elements.js';

export function modelsPage() {
  return [
    'Models',
    data.models.length === 0
      ? h('p', null, 'No model was registered.')
      : region(
          'Models',
          table(
            ['Model', 'Versions', 'Aliases'],
            data.models.map(model =>
              row(
                link(['models', model.name], model.name),
                figure(model.versions.length),
                model.aliases
                  .map(
                    ({ alias, holder, contested }) =>
                      `${alias}: v${model.versions.find(({ versionId }) => versionId === holder)?.version ?? '?'}${contested ? ' (contested)' : ''}`,
                  )
                  .join(', '),
              ),
            ),
          ),
        ),
  ];
}
export function modelPage(name) {
  const model = data.models.find(each => each.name === name);
  if (!model) return ['No such model', h('p', null, link(['models'], 'All models'))];
  return [
    name,
    model.description === '' ? null : h('div', { class: 'prose' }, model.description),
    ...model.versions.toReversed().flatMap(version => [
      h(
        'h2',
        null,
        `v${version.version}${aliasesOf(model, version)
          .map(alias => ` \u00b7 ${alias}`)
          .join('')}`,
      ),
      facts([
        ['Registered', `${time(version.at)} UTC by ${version.registeredBy.name}`],
        [
          'From run',
          data.runs.some(({ runId }) => runId === version.runId)
            ? link(
                ['runs', version.runId],
                data.runs.find(({ runId }) => runId === version.runId).name || version.runId,
              )
            : (version.runId ?? 'none'),
        ],
        ['Source', version.source],
        ...version.approvals.map(({ name: who, verdict, comment, at }) => [
          verdict === 'approve' ? 'Approved' : 'Changes asked',
          `${who}, ${time(at)} UTC${comment === '' ? '' : `: ${comment}`}`,
        ]),
      ]),
      version.description === ''
        ? null
        : h(
            'details',
            null,
            h('summary', null, `Model card of v${version.version}`),
            h('div', { class: 'prose' }, version.description),
          ),
    ]),
    h('h2', null, 'History'),
    h(
      'ol',
      null,
      model.history.map(({ at, sentence, ignored }) =>
        h(
          'li',
          null,
          h('span', { class: 'quiet' }, `${time(at)} `),
          h('span', ignored === null ? null : { class: 'no' }, sentence),
          ignored === null ? null : ` Does not count: ${ignored}`,
        ),
      ),
    ),
    h(
      'p',
      null,
      'Who signed what, and that it holds: ',
      h('a', { href: 'decisions.html' }, 'the record of decisions'),
      ', which verifies itself.',
    ),
  ];
}
