import { data, linesOf } from './data.js';
import { h } from './elements.js';
import { modelPage, modelsPage } from './models-pages.js';
import { runPage } from './run-page.js';
import { runsPage } from './runs-page.js';
import { aboutPage, notesPage, threadsPage } from './texts-pages.js';

const parts = {
  runs: ['Runs', id => (id === undefined ? runsPage() : runPage(id))],
  models: ['Models', name => (name === undefined ? modelsPage() : modelPage(name))],
  notes: ['Notes', notesPage],
  threads: ['Threads', threadsPage],
  about: ['About', aboutPage],
};
function show(isFirst) {
  const [part = 'runs', item] = location.hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter(Boolean)
    .map(word => {
      try {
        return decodeURIComponent(word);
      } catch {
        return word;
      }
    });
  const [, page] = parts[Object.hasOwn(parts, part) ? part : 'runs'];
  document
    .getElementById('nav')
    .replaceChildren(
      ...Object.entries(parts).map(([name, [title]]) =>
        h('a', { href: `#/${name}`, 'aria-current': name === part ? 'page' : null }, title),
      ),
      h('a', { href: 'decisions.html' }, 'Decisions'),
    );
  const [title, ...content] = page(item);
  const heading = h('h1', { tabindex: '-1' }, title);
  document.getElementById('main').replaceChildren(heading, ...content.filter(each => each !== null));
  document.title = `${title} \u2013 archive of ${data.archive.team.name}`;
  if (!isFirst) {
    heading.focus();
    scrollTo(0, 0);
  }
}
addEventListener('DOMContentLoaded', () => {
  try {
    [data.archive] = linesOf('archive');
    for (const name of ['models', 'notes', 'threads', 'runs']) data[name] = linesOf(name);
  } catch {
    document
      .getElementById('main')
      .replaceChildren(
        h('h1', null, 'This page is cut off'),
        h('p', null, 'The file was not copied wholly: unpack the archive again.'),
      );
    return;
  }
  data.texts = data.runs.map(({ name, runId, experimentName, status, params, tags }) =>
    `${name} ${runId} ${experimentName} ${status} ${Object.entries(params)
      .map(([key, value]) => `${key}=${value}`)
      .join(' ')} ${Object.values(tags).join(' ')}`.toLowerCase(),
  );
  addEventListener('hashchange', () => show(false));
  show(true);
});
