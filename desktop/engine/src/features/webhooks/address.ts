import { BlockList, isIP } from 'node:net';

/**
 * Which addresses a webhook may reach (IANA's registries of special-purpose addresses, RFC 6890). Of IPv6 only global
 * unicast is public, less what carries an IPv4 address inside (6to4, Teredo), for that may lead anywhere; so IPv4-mapped and
 * NAT64 forms are never public.
 */
const never4 = listOf('ipv4', [
  '0.0.0.0/8', // this host
  '169.254.0.0/16', // link-local: where clouds keep credentials
  '168.63.129.16/32', // a cloud's host agent
  '100.100.100.200/32', // a cloud's credentials, in the range of carriers
  '192.0.0.0/24', // protocol assignments, with another cloud's credentials
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, with broadcast
]);
const private4 = listOf('ipv4', ['10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']);
const global6 = listOf('ipv6', ['2000::/3']);
const neverGlobal6 = listOf('ipv6', [
  '2001::/23', // protocol assignments, with Teredo
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
]);
const private6 = listOf('ipv6', ['::1/128', 'fc00::/7']);
const never6 = listOf('ipv6', ['fd00:ec2::/32', 'fd20:ce::/32']); // clouds' credentials, in the private range

/** Why this address may not be called, as the end of a sentence; null when it may. */
export function refusalOf(address: string, allowPrivate: boolean): string | null {
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return 'is no address that can be called';
  const isPrivate =
    family === 4 ? private4.check(address, 'ipv4') : private6.check(address, 'ipv6') && !never6.check(address, 'ipv6');
  const isNever =
    family === 4
      ? never4.check(address, 'ipv4')
      : !isPrivate && !(global6.check(address, 'ipv6') && !neverGlobal6.check(address, 'ipv6'));
  if (isNever) return 'is a special address that no webhook may call';
  if (isPrivate && !allowPrivate) return 'is an address of this machine or of a private network';
  return null;
}

function listOf(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', bits] = range.split('/');
    list.addSubnet(net, Number(bits), family);
  }
  return list;
}
