import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import { useMemo, type MouseEvent } from 'react';
import { parseBenchLink } from '@benchmate/shared/domain/bench-link';
import type { LiveLink } from '@benchmate/shared/domain/live-link';

/** HTML in the text stays text; what remains is cleaned again, because the text comes from other people. */
const parser = new MarkdownIt({ html: false, linkify: true });
const allowed = {
  ALLOWED_TAGS: 'h1 h2 h3 h4 h5 h6 p ul ol li a strong em s code pre blockquote hr br table thead tbody tr th td'.split(
    ' ',
  ),
  ALLOWED_ATTR: ['href', 'title', 'start', 'rel', 'target'],
  ALLOWED_URI_REGEXP: /^(https?:|mailto:|#|(run|model|dataset|note|line):)/i,
};

const lowest = 6;
parser.core.ruler.push('heading_levels', ({ tokens }) => {
  for (const token of tokens)
    if (token.type === 'heading_open' || token.type === 'heading_close')
      token.tag = `h${Math.min(lowest, Number(token.tag.slice(1)) + 2)}`;
});

/** Headings begin at `h3`: the page has its own above them. `live`: what the text's own links mean now, by address. */
export function renderMarkdown(text: string, live?: ReadonlyMap<string, LiveLink>): string {
  const fragment = DOMPurify.sanitize(parser.render(text), { ...allowed, RETURN_DOM_FRAGMENT: true });
  for (const link of fragment.querySelectorAll('a')) {
    const href = link.getAttribute('href') ?? '';
    if (parseBenchLink(href)) showLive(link, live?.get(href));
    else if (/^(https?:|mailto:|#)/i.test(href)) {
      link.setAttribute('rel', 'noreferrer noopener');
      link.setAttribute('target', '_blank');
    } else link.replaceWith(...link.childNodes);
  }
  // Letters that turn the direction of a line turn nothing outside the block that they are in.
  for (const block of fragment.querySelectorAll('h1,h2,h3,h4,h5,h6,p,li,td,th,blockquote'))
    block.setAttribute('dir', 'auto');
  const holder = document.createElement('div');
  holder.append(fragment);
  return holder.innerHTML;
}

/** The value stands beside what the author wrote, not in its place: where they differ, both are seen. */
function showLive(link: HTMLAnchorElement, live: LiveLink | undefined): void {
  link.className = 'bm-live';
  if (live?.page) link.setAttribute('href', live.page);
  else link.removeAttribute('href');
  if (!live) return;
  link.title = live.says;
  const value = document.createElement('span');
  value.className = live.state === 'found' ? 'bm-live-value' : 'bm-live-value missing';
  value.dir = 'auto';
  value.textContent = live.state === 'found' ? live.value : live.says;
  if (live.state !== 'found' || link.textContent?.trim() !== live.value) link.append(' ', value);
}

/**
 * Text of people as they meant it, without pictures: an address in a picture would tell its server who reads. `follow` opens a page
 * of the companion that a live link shows.
 */
export function Markdown({
  text,
  live,
  follow,
}: {
  text: string;
  live?: ReadonlyMap<string, LiveLink> | undefined;
  follow?: (page: string) => void;
}) {
  const html = useMemo(() => renderMarkdown(text, live), [text, live]);
  const onClick = (event: MouseEvent<HTMLDivElement>) => {
    const page = (event.target as Element).closest('a.bm-live')?.getAttribute('href');
    if (!page || !follow || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    follow(page);
  };
  return <div className="bm-markdown" onClick={onClick} dangerouslySetInnerHTML={{ __html: html }} />;
}
