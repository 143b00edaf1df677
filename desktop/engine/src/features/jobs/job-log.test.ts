import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from './job-log.ts';
import { Bench } from './testing.ts';

let dir: string;
let file: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'benchmate-log-'));
  file = join(dir, 'output.log');
});
afterEach(() => rmSync(dir, { recursive: true }));

test.each([1, 2, 3, 4, 5, 7, 100])('J14: parts of %i bytes joined are the whole output', async limit => {
  const text = 'aé漢🎉\r\nplain ascii, żółć 😀😀 end';
  writeFileSync(file, text);
  let joined = '';
  let offset = 0;
  for (let round = 0; round < 200 && offset < Buffer.byteLength(text); round++) {
    const part = await readLog(file, offset, limit, false);
    expect(part.text).not.toContain('\ufffd');
    expect(part.nextOffset).toBeGreaterThan(offset);
    joined += part.text;
    offset = part.nextOffset;
  }
  expect(joined).toBe(text);
});

test('J14: half a character at the end is waited for while the job runs, and given as U+FFFD afterwards', async () => {
  writeFileSync(file, Buffer.from([0x61, 0xf0, 0x9f]));
  expect(await readLog(file, 0, 100, false)).toEqual({ text: 'a', nextOffset: 1, sizeBytes: 3 });
  expect(await readLog(file, 1, 100, false)).toEqual({ text: '', nextOffset: 1, sizeBytes: 3 });
  expect(await readLog(file, 0, 100, true)).toEqual({ text: 'a\ufffd', nextOffset: 3, sizeBytes: 3 });
  expect(await readLog(file, 1, 1, true)).toEqual({ text: '\ufffd', nextOffset: 3, sizeBytes: 3 });
  appendFileSync(file, Buffer.from([0x8e, 0x89]));
  expect(await readLog(file, 1, 100, false)).toMatchObject({ text: '🎉', nextOffset: 5 });
});

test('J14: bytes that are no UTF-8, a missing file and an offset behind the end do no harm', async () => {
  expect(await readLog(file, 5, 10, false)).toEqual({ text: '', nextOffset: 5, sizeBytes: 0 });
  writeFileSync(file, Buffer.from([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0xff, 0x61]));
  const { text, nextOffset } = await readLog(file, 0, 6, false);
  expect([nextOffset, text]).toEqual([6, '\ufffd'.repeat(6)]);
  expect(await readLog(file, 99, 10, true)).toEqual({ text: '', nextOffset: 99, sizeBytes: 8 });
});

test('J14: 50 MB of output do not grow the engine', async () => {
  const bench = new Bench();
  await bench.open();
  try {
    global.gc?.();
    const before = process.memoryUsage().rss;
    const line = `${'x'.repeat(1023)}\\n`;
    const script = `const line = ${JSON.stringify(line)}.replace('\\\\n', '\\n'); for (let i = 0; i < 51200; i++) require('fs').writeSync(1, line)`;
    const { jobId } = await bench.submitScript(script);
    expect((await bench.ended(jobId, 60_000)).state).toBe('succeeded');
    const { sizeBytes, text } = await bench.service.log(jobId, 50 * 1024 * 1024 - 1024, 65_536);
    expect(sizeBytes).toBe(50 * 1024 * 1024);
    expect(text.length).toBe(1024);
    expect(process.memoryUsage().rss - before).toBeLessThan(25_000_000);
  } finally {
    await bench.dispose();
  }
}, 90_000);
