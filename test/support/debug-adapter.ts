import { once } from 'node:events';
import type { ConnectedProject } from './connected-project.ts';

interface Message {
  type: 'request' | 'response' | 'event';
  event?: string;
  command?: string;
  success?: boolean;
  message?: string;
  body?: { output?: string; category?: string };
}

/**
 * Debugs a script as VS Code's Python debugger does: its adapter is spoken to in the debug adapter protocol, launches the
 * program without a terminal, and ends. Resolves with what the program printed.
 */
export async function debugScript(project: ConnectedProject, program: string, args: string[]): Promise<string> {
  const adapter = project.start('-m', 'debugpy.adapter');
  let seq = 0;
  let output = '';
  const send = (command: string, args: object = {}) => {
    const body = JSON.stringify({ seq: ++seq, type: 'request', command, arguments: args });
    adapter.stdin!.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const ended = once(adapter, 'close');
  const terminated = new Promise<void>((resolve, reject) => {
    const take = (message: Message) => {
      if (message.event === 'output' && message.body?.category === 'stdout') output += message.body.output ?? '';
      if (message.event === 'initialized') send('configurationDone');
      if (message.event === 'terminated') resolve();
      if (message.type === 'response' && !message.success)
        reject(new Error(`${message.command}: ${message.message ?? 'refused'}`));
    };
    adapter.stdout!.on('data', splitMessages(take));
    void ended.then(() => reject(new Error(`The adapter ended early. ${output}`)));
  });
  send('initialize', { adapterID: 'debugpy', linesStartAt1: true, columnsStartAt1: true, pathFormat: 'path' });
  const { python, dir } = project;
  send('launch', { program, args, python: [python], cwd: dir, console: 'internalConsole', redirectOutput: true });
  await terminated;
  send('disconnect');
  adapter.stdin!.end();
  await ended;
  return output;
}

function splitMessages(take: (message: Message) => void): (chunk: Buffer) => void {
  let buffer = Buffer.alloc(0);
  return chunk => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n\r\n/.exec(buffer.subarray(0, 100).toString('latin1'));
      if (!header) return;
      const end = header[0].length + Number(header[1]);
      if (buffer.length < end) return;
      take(JSON.parse(buffer.subarray(header[0].length, end).toString('utf8')) as Message);
      buffer = buffer.subarray(end);
    }
  };
}
