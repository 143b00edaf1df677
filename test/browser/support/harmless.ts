import type { Page } from 'playwright';

/** Everything in the page that could run a script, load something or lead to an address that runs one. */
export function renderedMarkdownIsHarmless(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll('*')) {
      for (const { name, value } of element.attributes) {
        if (/^on/i.test(name)) found.push(`${element.tagName} ${name}`);
        if (/^(href|src|action|formaction)$/i.test(name) && /^\s*(javascript|data|vbscript):/i.test(value))
          found.push(`${element.tagName} ${name}=${value}`);
      }
    }
    for (const element of document.querySelectorAll(
      '.bm-markdown :is(script, iframe, img, object, embed, style, svg, form, details)',
    ))
      found.push(element.outerHTML.slice(0, 80));
    return found;
  });
}
