/** A range of addresses: `10.0.0.0/8`, `2001:db8::/32` (RFC 4632, RFC 4291). */
export interface IpNetwork {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  /** Bits from the left that are fixed. */
  readonly prefix: number;
}

/** Undefined for what is not a network in CIDR notation; bits beyond the prefix may be set here. */
export function parseIpNetwork(text: string): IpNetwork | undefined {
  const match = /^([0-9a-fA-F.:]+)\/(0|[1-9][0-9]{0,2})$/.exec(text);
  const address = match?.[1]?.includes(':') ? ipv6Of(match[1]) : ipv4Of(match?.[1] ?? '');
  const prefix = Number(match?.[2]);
  return address && prefix <= address.length * 8 ? { address, prefix } : undefined;
}

function ipv4Of(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return Uint8Array.from(parts, Number);
}

/** Groups of hexadecimal digits alone: an IPv4 address at the end has another spelling. */
function ipv6Of(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...left, ...Array<string>(missing).fill('0'), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return Uint8Array.from(
    groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]),
  );
}

/** The mask of as many octets as the address has. */
export function maskOf({ address, prefix }: IpNetwork): Uint8Array {
  return address.map((_octet, index) => 0xff & ~(0xff >> Math.min(8, Math.max(0, prefix - 8 * index))));
}

/** The network in its one form: no bit beyond the prefix, IPv6 as RFC 5952 §4 writes it. */
export function formatIpNetwork(network: IpNetwork): string {
  const mask = maskOf(network);
  const address = network.address.map((octet, index) => octet & mask[index]!);
  return `${address.length === 4 ? address.join('.') : formatIpv6(address)}/${network.prefix}`;
}

function formatIpv6(address: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_none, index) => (address[2 * index]! << 8) | address[2 * index + 1]!);
  let [start, length] = [0, 0];
  for (let at = 0; at < 8; at++) {
    let end = at;
    while (end < 8 && groups[end] === 0) end++;
    // RFC 5952 §4.2: the longest run, the first of equals, and no run of one group.
    if (end - at > length && end - at > 1) [start, length] = [at, end - at];
  }
  const hex = (list: readonly number[]) => list.map((group) => group.toString(16)).join(':');
  return length === 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}
