import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { openedReplica } from '../engine/replica-client.ts';
import { closeCode } from '@benchmate/shared/protocol/document-wire';

const resyncMs = 20_000;

export type DocumentState = 'connecting' | 'shared' | 'apart' | 'refused';

export interface Peer {
  clientId: number;
  name: string;
  device: string;
}

export interface OpenDocument {
  doc: Y.Doc;
  provider: WebsocketProvider;
  close: () => void;
}

/** A shared document of the engine, edited here and there at once. The cookie lets it in; tabs find each other through the engine. */
export function openDocument(
  documentId: string,
  { onState, onPeers }: { onState: (state: DocumentState) => void; onPeers: (peers: Peer[]) => void },
): OpenDocument {
  const inPage = openedReplica()?.DocumentSocket;
  const doc = new Y.Doc();
  const base = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/documents`;
  const provider = new WebsocketProvider(base, documentId, doc, {
    disableBc: true,
    resyncInterval: resyncMs, // who tells nothing of themselves hears nothing either, and a silent line is taken for a dead one
    // Where there is no engine the document is in this very page.
    ...(inPage && { WebSocketPolyfill: inPage as unknown as typeof WebSocket }),
  });
  provider.awareness.setLocalState(null); // nobody is there before it is known who, and whether they may be seen
  let refused = false;
  const tell = () =>
    onState(refused ? 'refused' : provider.synced ? 'shared' : provider.wsconnected ? 'connecting' : 'apart');
  provider.on('sync', tell);
  provider.on('status', tell);
  provider.on('connection-close', event => {
    refused = event?.code === closeCode.forbidden || event?.code === closeCode.unauthenticated;
    tell();
  });
  const tellPeers = () => onPeers(peersOf(provider));
  provider.awareness.on('change', tellPeers);
  return {
    doc,
    provider,
    close: () => {
      provider.awareness.off('change', tellPeers);
      provider.destroy();
      doc.destroy();
    },
  };
}

/** Who else is here. What they say about themselves is theirs alone: it may be anything. */
function peersOf({ awareness, doc }: WebsocketProvider): Peer[] {
  const peers: Peer[] = [];
  for (const [clientId, state] of awareness.getStates()) {
    if (clientId === doc.clientID) continue;
    const user = (state as { user?: { name?: unknown; device?: unknown } }).user;
    const name = typeof user?.name === 'string' ? user.name.slice(0, 100) : 'Somebody';
    peers.push({ clientId, name, device: typeof user?.device === 'string' ? user.device : String(clientId) });
  }
  return peers;
}
