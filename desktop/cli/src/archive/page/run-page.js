import { chart, seriesOf } from './curves.js';
import { aliasesOf, data, versionsOf } from './data.js';
import { facts, figure, h, link, numberHead, region, row, table, time } from './elements.js';

export function runPage(runId) {
  const run = data.runs.find(each => each.runId === runId);
  if (!run) return ['No such run', h('p', null, link(['runs'], 'All runs'))];
  const charts = h(
    'div',
    { class: 'charts' },
    h(
      'p',
      { role: 'status' },
      Object.keys(run.metrics).length === 0 ? 'No metrics were logged.' : 'Reading the curves …',
    ),
  );
  if (Object.keys(run.metrics).length > 0)
    seriesOf(runId).then(
      series => charts.replaceChildren(...series.map(([key, points]) => chart(key, points))),
      () =>
        charts.replaceChildren(
          h(
            'p',
            { role: 'status' },
            `The curves are in another file, view/${runId}.js: unpack the whole archive and open its index.html.`,
          ),
        ),
    );
  const registered = versionsOf(runId);
  return [
    run.name || run.runId,
    facts([
      ['Run', run.runId],
      ['Experiment', run.experimentName],
      ['State', run.status.toLowerCase()],
      ['Started', `${time(run.startTime)} UTC`],
      ['Ended', run.endTime === null ? '' : `${time(run.endTime)} UTC`],
      ...(registered.length === 0
        ? []
        : [
            [
              'Became',
              h(
                'span',
                null,
                registered.flatMap(({ model, version }, index) => [
                  index > 0 ? ', ' : '',
                  link(['models', model.name], `${model.name} v${version.version}`),
                  aliasesOf(model, version).map(alias => ` (${alias})`),
                ]),
              ),
            ],
          ]),
    ]),
    h('h2', null, 'Metrics'),
    charts,
    Object.keys(run.metrics).length === 0
      ? null
      : region(
          'Last values',
          table(
            ['Metric', numberHead('Last value'), numberHead('Step')],
            Object.entries(run.metrics).map(([key, point]) =>
              row(h('td', { class: 'long' }, key), figure(point.value), figure(point.step)),
            ),
          ),
        ),
    Object.keys(run.metrics).length === 0
      ? null
      : h('p', null, h('a', { href: `series/${runId}.csv` }, 'All points as CSV')),
    h('h2', null, 'Params'),
    pairs('Params', run.params),
    h('h2', null, 'Tags'),
    pairs('Tags', run.tags),
  ];
}
const pairs = (label, values) =>
  Object.keys(values).length === 0
    ? h('p', { class: 'quiet' }, 'None.')
    : region(
        label,
        table(
          ['Name', 'Value'],
          Object.entries(values).map(([key, value]) =>
            row(h('td', { class: 'long' }, key), h('td', { class: 'long' }, value)),
          ),
        ),
      );
