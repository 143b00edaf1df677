import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';
import { useMemo } from 'react';

/** HTML in the text stays text; what remains is cleaned again, because the text comes from other people. */
const parser = new MarkdownIt({ html: false, linkify: true });
const allowed = {
  ALLOWED_TAGS: 'h1 h2 h3 h4 h5 h6 p ul ol li a strong em s code pre blockquote hr br table thead tbody tr th td'.split(
    ' ',
  ),
  ALLOWED_ATTR: ['href', 'title', 'start', 'rel', 'target'],
  ALLOWED_URI_REGEXP: /^(https?:|mailto:|#)/i,
};

const lowest = 6;
parser.core.ruler.push('heading_levels', ({ tokens }) => {
  for (const token of tokens)
    if (token.type === 'heading_open' || token.type === 'heading_close')
      token.tag = `h${Math.min(lowest, Number(token.tag.slice(1)) + 2)}`;
});

/** Headings begin at `h3`: the page has its own above them. */
export function renderMarkdown(text: string): string {
  const fragment = DOMPurify.sanitize(parser.render(text), { ...allowed, RETURN_DOM_FRAGMENT: true });
  for (const link of fragment.querySelectorAll('a')) {
    link.setAttribute('rel', 'noreferrer noopener');
    link.setAttribute('target', '_blank');
  }
  const holder = document.createElement('div');
  holder.append(fragment);
  return holder.innerHTML;
}

/** Text of people as they meant it, without pictures: an address in a picture would tell its server who reads. */
export function Markdown({ text }: { text: string }) {
  const html = useMemo(() => renderMarkdown(text), [text]);
  return <div className="bm-markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
