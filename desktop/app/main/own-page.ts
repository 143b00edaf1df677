/** Whether an address is a page of the engine: the only thing that a window may show or ask. */
export function isOwnPage(address: string, engineUrl: string): boolean {
  try {
    return new URL(address).origin === new URL(engineUrl).origin;
  } catch {
    return false;
  }
}

/** Whether a request may leave a window: to the engine, or within the page itself. */
export function mayRequest(address: string, engineUrl: string): boolean {
  try {
    const url = new URL(address);
    if (url.protocol === 'data:') return true;
    if (url.protocol === 'blob:') return isOwnPage(url.pathname, engineUrl);
    if (url.protocol === 'devtools:') return true;
    return url.origin.replace(/^ws/, 'http') === new URL(engineUrl).origin;
  } catch {
    return false;
  }
}

/** What a person may be asked to open elsewhere: web pages alone. Null for everything else. */
export function outsideLink(address: string): { url: string; host: string } | null {
  try {
    const { protocol, host, href, username, password } = new URL(address);
    return protocol === 'https:' && username === '' && password === '' ? { url: href, host } : null;
  } catch {
    return null;
  }
}

/** The page that somebody asked for on the command line: the first argument that is a path of the companion. */
export function pathFrom(args: readonly string[]): string {
  return args.find(arg => /^\/(runs|compare|models|notes|jobs|team|inbox)([/?]|$)/.test(arg)) ?? '/';
}
