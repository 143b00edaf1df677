import { data } from './data.js';
import { figure, h, link, region, row, table, time } from './elements.js';

/** How many rows are shown at first, and by each press of the button. */
const many = 200;
let order = { key: null, down: false };
export function runsPage() {
  const counts = new Map();
  for (const { metrics } of data.runs)
    for (const key of Object.keys(metrics)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const keys = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, 4)
    .map(([key]) => key);
  const search = h('input', { type: 'search', id: 'search', autocomplete: 'off' });
  const status = h('p', { role: 'status', class: 'quiet' });
  const body = region('Runs');
  const more = h(
    'button',
    {
      type: 'button',
      click: () => {
        shown += many;
        list();
      },
    },
    'Show more',
  );
  let shown = many;
  const sorted = found => {
    if (order.key === null) return found;
    const of = run => {
      const value = run.metrics[order.key]?.value;
      return typeof value === 'number' ? value : NaN;
    };
    return found.toSorted((a, b) =>
      Number.isNaN(of(a)) ? 1 : Number.isNaN(of(b)) ? -1 : (of(a) - of(b)) * (order.down ? -1 : 1),
    );
  };
  const sortButton = key =>
    h(
      'th',
      {
        scope: 'col',
        class: 'number',
        'aria-sort': order.key !== key ? 'none' : order.down ? 'descending' : 'ascending',
      },
      h(
        'button',
        {
          type: 'button',
          click: event => {
            order = { key, down: order.key === key && !order.down };
            const index = [...event.target.closest('tr').children].indexOf(event.target.closest('th'));
            list();
            body.querySelectorAll('thead th')[index].querySelector('button').focus();
          },
        },
        `${key}${order.key === key ? (order.down ? ' \u2193' : ' \u2191') : ''}`,
      ),
    );
  const list = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = sorted(data.runs.filter((run, index) => words.every(word => data.texts[index].includes(word))));
    status.textContent = `${found.length} of ${data.runs.length} runs`;
    body.replaceChildren(
      table(
        ['Run', 'Started (UTC)', 'State', ...keys.map(sortButton)],
        found
          .slice(0, shown)
          .map(run =>
            row(
              link(['runs', run.runId], run.name || run.runId),
              time(run.startTime),
              run.status.toLowerCase(),
              ...keys.map(key => figure(run.metrics[key]?.value)),
            ),
          ),
      ),
    );
    more.hidden = found.length <= shown;
  };
  search.addEventListener('input', () => {
    shown = many;
    list();
  });
  list();
  return ['Runs', h('label', { for: 'search' }, 'Show only runs with (name, param, tag)'), search, status, body, more];
}
