import * as vscode from 'vscode';
import type { Commands, Part } from '../../host/part.ts';

/** `Open Companion`: the same data in the browser, for a second screen or for people who do not edit code. */
export function startCompanion({ engine }: Part): Commands {
  return {
    openCompanion: async () => {
      const { client } = await engine.session();
      const { url } = await client.system.companionLink.mutate({});
      // Where the engine runs on another machine (SSH, container), this forwards its port.
      await vscode.env.openExternal(await vscode.env.asExternalUri(vscode.Uri.parse(url, true)));
    },
  };
}
