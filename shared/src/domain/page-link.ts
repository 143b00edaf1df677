import { parseBenchLink } from './bench-link.ts';
import { modelPath, pathTo } from './companion-path.ts';

/**
 * A page that means the same on every device of a team. Jobs, drafts and webhooks are of one device alone, so no link leads to them.
 * Names and ids of a link come from anybody: they are looked up, never run, and never a file's path.
 */
export type PageLink =
  | { kind: 'run'; runId: string }
  | { kind: 'compare'; runIds: string[] }
  | { kind: 'model'; model: string; version: number | null }
  | { kind: 'note'; noteId: string }
  | { kind: 'thread'; projectId: string; threadId: string }
  | { kind: 'area'; area: Area };

const areas = ['inbox', 'runs', 'models', 'notes', 'reviewers', 'team'] as const;
type Area = (typeof areas)[number];

/** The extension, as addresses of the editor name it. */
const authority = 'benchmate.benchmate';
const longestLink = 2000;
const mostRuns = 20;

const id = /^[\w-]{4,80}$/;
const project = /^[a-z0-9][\w-]{0,99}$/i;
const ofEditor = /^[a-z][a-z0-9.+-]{0,30}:\/\/benchmate\.benchmate\/([^?#]*)/i;
const ofCompanion =
  /^(?:http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?|https?:\/\/[\w.:[\]-]{1,260}\/companion)?\/(?!\/)([^?#]*)(?:\?([^#]*))?/i;

/**
 * What an address means that somebody sent: an editor's (`vscode://benchmate.benchmate/…`, of whatever editor), a companion's own
 * or one that a sync server serves, or one as texts have it (`run:…`, `model:…`, `note:…`). Null for anything else.
 */
export function parsePageLink(text: string): PageLink | null {
  const address = text.trim();
  if (address.length > longestLink) return null;
  const [, path] = ofEditor.exec(address) ?? [];
  if (path !== undefined) return linkOf(path.split('/').map(unsquiggled));
  const [, page, query] = ofCompanion.exec(address) ?? [];
  if (page !== undefined) return pageOf(page, query);
  const link = parseBenchLink(address);
  if (link?.kind === 'run') return linkOf(['runs', link.run]);
  if (link?.kind === 'note') return linkOf(['notes', link.note]);
  if (link?.kind === 'model')
    return linkOf(['models', link.model, ...(link.version === null ? [] : [`v${link.version}`])]);
  return null;
}

/** The address of a page for teammates; null for pages of this device alone. `path` with its query, as the companion has it. */
export function linkToPage(path: string): string | null {
  const link = parsePageLink(path);
  return link && `vscode://${authority}/${segmentsOf(link).map(squiggled).join('/')}`;
}

/** Where the companion shows it. */
export function pathOfLink(link: PageLink): string {
  if (link.kind === 'model') return modelPath(link.model, link.version ?? undefined);
  if (link.kind === 'compare') return `/compare?runs=${link.runIds.join(',')}`;
  return pathTo(...segmentsOf(link));
}

function segmentsOf(link: PageLink): string[] {
  switch (link.kind) {
    case 'run':
      return ['runs', link.runId];
    case 'compare':
      return ['compare', ...link.runIds];
    case 'model':
      return ['models', link.model, link.version === null ? 'latest' : `v${link.version}`];
    case 'note':
      return ['notes', link.noteId];
    case 'thread':
      return ['threads', link.projectId, link.threadId];
    case 'area':
      return [link.area];
  }
}

function pageOf(page: string, query: string | undefined): PageLink | null {
  const segments = page.split('/').map(decoded);
  const runs = new URLSearchParams(query).get('runs');
  return segments[0] === 'compare' && runs !== null ? linkOf(['compare', ...runs.split(',')]) : linkOf(segments);
}

function linkOf(segments: readonly (string | null)[]): PageLink | null {
  const known = segments.filter(segment => segment !== null);
  if (known.length < segments.length) return null;
  const [area = '', name = '', part, ...rest] = known;
  if (area === 'compare') {
    const runIds = known.slice(1);
    return runIds.length > 0 && runIds.length <= mostRuns && runIds.every(run => id.test(run))
      ? { kind: 'compare', runIds }
      : null;
  }
  if (rest.length > 0) return null;
  if (area === 'models' && name !== '') return modelOf(name, part);
  if (area === 'threads')
    return project.test(name) && part !== undefined && id.test(part)
      ? { kind: 'thread', projectId: name, threadId: part }
      : null;
  if (part !== undefined) return null;
  if (area === 'runs' && name !== '') return id.test(name) ? { kind: 'run', runId: name } : null;
  if (area === 'notes' && name !== '') return id.test(name) ? { kind: 'note', noteId: name } : null;
  return name === '' && isArea(area) ? { kind: 'area', area } : null;
}

function modelOf(model: string, part = 'latest'): PageLink | null {
  const [, number] = /^v([1-9]\d{0,8})$/.exec(part) ?? [];
  if (number === undefined && part !== 'latest') return null;
  if (model.length > 300 || /\p{Cc}/u.test(model) || model === '.' || model === '..') return null;
  return { kind: 'model', model, version: number === undefined ? null : Number(number) };
}

const isArea = (text: string): text is Area => (areas as readonly string[]).includes(text);

/** Editors and chats decode an address once or twice on its way: `~2F` stays what it is, `%2F` would become a slash. */
const squiggled = (segment: string): string =>
  encodeURIComponent(segment).replaceAll('~', '%7E').replaceAll('.', '%2E').replaceAll('%', '~');

function unsquiggled(segment: string): string | null {
  const plain = decoded(segment);
  return plain === null || plain.includes('%') ? null : decoded(plain.replaceAll('~', '%'));
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
