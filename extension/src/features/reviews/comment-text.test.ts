import { expect, test } from 'vitest';
import { commentText } from './comment-text.ts';

test('ordinary Markdown stays as it was written', () => {
  const body =
    'See **this** [page](https://example.org/a_(b)?x=1&y=2), `![x](y)` and [above](#use).\n\n- one\n- two 👩‍💻';
  expect(commentText(body)).toBe(body);
});

test('a suggestion stays as it was written, whatever is in it', () => {
  const body = 'Thus:\n\n```suggestion\n![logo](logo.png) [x](command:y)\n\n~~~\n<b>\n```\n\nand `[z](file:///z)`';
  expect(commentText(body)).toBe(body);
});

test.each([
  ['![pixel](https://evil.example/p.gif)', '&#33;[pixel](https://evil.example/p.gif)'],
  ['\\![pixel](https://evil.example/p.gif)', '\\&#33;[pixel](https://evil.example/p.gif)'],
  ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)>'],
  ['[go](command:workbench.action.quit)', '[go]\\(command:workbench.action.quit)'],
  ['[go]( <file:///etc/passwd>)', '[go]\\( &lt;file:///etc/passwd>)'],
  ['[go](comm&#97;nd:x)', '[go]\\(comm&#97;nd:x)'],
  ['<command:x>', '&lt;command:x>'],
  ['[go][1]\n\n> [1]: vscode://x/y', '[go][1]\n\n> [1]\\: vscode://x/y'],
])('%j leads nowhere', (body, shown) => expect(commentText(body)).toBe(shown));

const picture = '![x](https://evil.example)';
test.each([
  `\\\` ${picture} \``,
  `a \` b\n# ${picture} \``,
  `| a \` | ${picture} \` |`,
  `\`\`\` \`\n${picture}\n\`\`\``,
  `<a title="\`"> ${picture}`,
])('%j only looks like code', body => expect(commentText(body)).not.toContain(picture));

test('what is unseen or turns the direction of text is named', () => {
  expect(commentText('approve\u202Edetcejer\u200B!')).toBe('approve⟦U+202E⟧detcejer⟦U+200B⟧!');
});

test('the longest comment takes no time', () => {
  const began = performance.now();
  for (const piece of ['`', '``a', '```\n', '[a](', '![', '<', ' ['] as const)
    commentText(piece.repeat(20_000 / piece.length));
  expect(performance.now() - began).toBeLessThan(1000);
});
