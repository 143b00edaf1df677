import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';

/** Throws BAD_REQUEST for what is no address of a sync server. */
export function checkedServerUrl(url: string): string {
  const { protocol, href, username, search, hash } = URL.parse(url) ?? {};
  if ((protocol !== 'http:' && protocol !== 'https:') || username || search || hash || !href)
    throw new BenchmateError(
      'BAD_REQUEST',
      `${url} is not the address of a sync server.`,
      'Give its http:// or https:// address alone, as the server prints it.',
    );
  return href.replace(/\/+$/, '');
}

/** As short as it can be read aloud: `sync.example.org` for `https://sync.example.org`. */
export function sayServer(serverUrl: string): string {
  const { protocol, hostname, host, pathname } = new URL(serverUrl);
  const isUsual = protocol === (isLoopback(hostname) ? 'http:' : 'https:');
  return isUsual ? `${host}${pathname}`.replace(/\/+$/, '') : serverUrl;
}

/** What `sayServer` says, as an address again. Without a scheme it is https, on this machine http. */
export function heardServer(said: string): string {
  if (/^\w+:\/\//.test(said)) return checkedServerUrl(said);
  const hostname = URL.parse(`https://${said}`)?.hostname ?? '';
  return checkedServerUrl(`${isLoopback(hostname) ? 'http' : 'https'}://${said}`);
}

const isLoopback = (hostname: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
