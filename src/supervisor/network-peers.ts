/** ATF_COM of <linux/if_arp.h>: the entry is complete, so somebody has answered under that address. */
const ANSWERED = 0x2;
const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;
const NOBODY = /^(?:0\.0\.0\.0|::)$/;

/** Files of /proc/net, by name: their text, or empty where the kernel has none. */
export type ProcNet = (name: 'arp' | 'tcp' | 'tcp6' | 'udp' | 'udp6') => string;

/**
 * With whom this computer speaks: who answers on a cable (the neighbours of IPv4 that are known), and the other end of each
 * open connection. Addresses without this computer's own, sorted.
 */
export function peersIn(read: ProcNet): string[] {
  const neighbours = rows(read('arp')).flatMap(([address = '', , flags = '0']) =>
    (Number.parseInt(flags, 16) & ANSWERED) === 0 ? [] : [address],
  );
  const connected = (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((name) =>
    rows(read(name)).flatMap(([, , remote = '']) => addressOf(remote.split(':')[0] ?? '') ?? []),
  );
  const peers = [...neighbours, ...connected].filter((address) => !LOOPBACK.test(address) && !NOBODY.test(address));
  return [...new Set(peers)].sort();
}

/** Without the heading. */
function rows(text: string): string[][] {
  return text
    .split('\n')
    .slice(1)
    .filter((row) => row.trim() !== '')
    .map((row) => row.trim().split(/\s+/));
}

/** An address as the kernel prints it here: words of 32 bits in hexadecimal, each in the order of a little-endian machine. */
function addressOf(hex: string): string | undefined {
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/.test(hex)) return undefined;
  const bytes = Buffer.concat((hex.match(/.{8}/g) ?? []).map((word) => Buffer.from(word, 'hex').reverse()));
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return bytes.subarray(12).join('.');
  return shortened(groups);
}

/** RFC 5952 §4: lower case, no leading zeros, the longest run of zeros as `::`. */
function shortened(groups: readonly number[]): string {
  const text = groups.map((group) => group.toString(16)).join(':');
  const runs = text.match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? [];
  const [longest] = runs.toSorted((one, other) => other.length - one.length);
  if (longest === undefined) return text;
  const at = text.indexOf(longest);
  return `${text.slice(0, at)}::${text.slice(at + longest.length).replace(/^:/, '')}`;
}
