import * as vscode from 'vscode';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Commands, Part } from '../../host/part.ts';

/** `Open Companion`: the same data in the browser, for a second screen or for people who do not edit code. */
export function startCompanion({ engine }: Part): Commands {
  return {
    openCompanion: async (path?: unknown) => {
      const { client, endpoint } = await engine.session();
      // Where the engine runs on another machine (SSH, container), this forwards its port.
      const page = await vscode.env.asExternalUri(vscode.Uri.parse(endpoint.url, true));
      if (!isOwnAddress(page, endpoint.port)) throw elsewhere(page, endpoint.port);
      const { url } = await client.system.companionLink.mutate(typeof path === 'string' ? { path } : {});
      const link = vscode.Uri.parse(url, true).with({ authority: page.authority });
      await vscode.env.openExternal(link);
    },
  };
}

/** The engine answers to its own loopback address alone, so that no other page can speak for it. */
const isOwnAddress = ({ authority, path }: vscode.Uri, port: number): boolean =>
  [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(authority) && (path === '' || path === '/');

const elsewhere = (page: vscode.Uri, port: number) =>
  new BenchmateError(
    'NOT_SUPPORTED',
    `This editor shows other programs under ${page.authority}${page.path}, and the engine answers to its own address alone.`,
    `Forward port ${port} to the same port of your machine (“Ports” view), then open the link that “benchmate companion” prints.`,
  );
