import { dialog, shell as desktop, type Session, type WebContents } from 'electron';
import { isOwnPage, mayRequest, outsideLink } from './own-page.ts';
import { grantedPermissions } from './window-options.ts';

type EngineUrl = () => string | null;

/** A session that talks to the engine alone and grants nothing but writing to the clipboard. */
export function guardSession(session: Session, engineUrl: EngineUrl): void {
  const granted = (permission: string, origin: string) => {
    const own = engineUrl();
    return own !== null && grantedPermissions.has(permission) && isOwnPage(origin, own);
  };
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(granted(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => granted(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => {
    const own = engineUrl();
    answer({ cancel: own === null || !mayRequest(details.url, own) });
  });
  session.on('will-download', event => event.preventDefault());
}

/** A window shows pages of the engine, opens no other window, and asks before a link leads to a browser. */
export function guardContents(contents: WebContents, engineUrl: EngineUrl): void {
  const stay = (event: { preventDefault: () => void; url: string }) => {
    const own = engineUrl();
    if (own !== null && isOwnPage(event.url, own)) return;
    event.preventDefault();
    void offerOutside(event.url);
  };
  contents.on('will-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-frame-navigate', event => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-attach-webview', event => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    void offerOutside(url);
    return { action: 'deny' };
  });
}

async function offerOutside(address: string): Promise<void> {
  const link = outsideLink(address);
  if (!link) return;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: `Open ${link.host} in your browser?`,
    detail: link.url.slice(0, 500),
    buttons: ['Stay here', 'Open'],
    defaultId: 0,
    cancelId: 0,
  });
  if (response === 1) await desktop.openExternal(link.url);
}
