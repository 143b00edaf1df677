// Stands where Python's debugger would: writes the launch that it is given to the file that the launch names, and ends.
import { writeFileSync } from 'node:fs';

let buffer = Buffer.alloc(0);
process.stdin.on('data', chunk => {
  buffer = Buffer.concat([buffer, chunk]);
  for (;;) {
    const header = /^Content-Length: (\d+)\r\n\r\n/.exec(buffer.subarray(0, 100).toString('latin1'));
    if (!header) return;
    const end = header[0].length + Number(header[1]);
    if (buffer.length < end) return;
    answer(JSON.parse(buffer.subarray(header[0].length, end).toString('utf8')));
    buffer = buffer.subarray(end);
  }
});

function answer({ seq, command, arguments: args }) {
  if (command === 'launch') writeFileSync(args.writeLaunchTo, JSON.stringify(args));
  send({ type: 'response', request_seq: seq, command, success: true, body: {} });
  if (command === 'initialize') send({ type: 'event', event: 'initialized' });
  if (command === 'launch') send({ type: 'event', event: 'terminated' });
  if (command === 'disconnect') process.exit(0);
}

function send(message) {
  const body = JSON.stringify({ seq: 0, ...message });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
