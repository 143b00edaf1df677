/** An element with attributes and listeners; children that are no elements become text, whatever they hold. */
export const h = (name, props, ...children) => {
  const made =
    name === 'svg' || svgNames.has(name)
      ? document.createElementNS('http://www.w3.org/2000/svg', name)
      : document.createElement(name);
  for (const [key, value] of Object.entries(props ?? {}))
    if (typeof value === 'function') made.addEventListener(key, value);
    else if (value !== null && value !== undefined) made.setAttribute(key, value);
  made.append(...children.flat().filter(child => child !== null && child !== undefined));
  return made;
};
const svgNames = new Set(['polyline', 'circle', 'line', 'text']);
export const time = at =>
  at === null || at === undefined || Number.isNaN(new Date(at).getTime())
    ? ''
    : new Date(at).toISOString().slice(0, 16).replace('T', ' ');
export const number = value =>
  (typeof value !== 'number'
    ? String(value)
    : Number.isInteger(value)
      ? String(value)
      : String(Number(value.toPrecision(4)))
  ).replace('-', '\u2212');
export const link = (path, ...children) => h('a', { href: `#/${path.map(encodeURIComponent).join('/')}` }, ...children);
export const region = (label, ...children) =>
  h('div', { class: 'wide', tabindex: '0', role: 'region', 'aria-label': label }, ...children);
export const table = (heads, rows) =>
  h(
    'table',
    null,
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        heads.map(head => (head instanceof Node ? head : h('th', { scope: 'col' }, head))),
      ),
    ),
    h('tbody', null, rows),
  );
export const row = (...cells) =>
  h(
    'tr',
    null,
    cells.map(cell => (cell instanceof HTMLTableCellElement ? cell : h('td', null, cell))),
  );
export const figure = value => h('td', { class: 'number' }, value === undefined ? '' : number(value));
/** Head of a column of `figure`s. */
export const numberHead = text => h('th', { scope: 'col', class: 'number' }, text);
export const facts = pairs =>
  region(
    'Facts',
    h(
      'table',
      null,
      h(
        'tbody',
        null,
        pairs.map(([name, value]) => h('tr', null, h('th', { scope: 'row' }, name), h('td', { class: 'long' }, value))),
      ),
    ),
  );
