/** Whether a sync server served this page. There is no engine then: the page carries a replica of the team itself. */
export const isOnSyncServer = /^\/companion(\/|$)/.test(location.pathname);

const base = isOnSyncServer ? '/companion' : '';

/** The address of a page or a file of the companion: an engine serves them at its root. */
export const addressOf = (path: string): string => (path.startsWith('/') ? base + path : path);

/** The page that is shown, wherever the companion is served. */
export const currentPath = (): string => location.pathname.slice(base.length) || '/';
