import { readdirSync, readFileSync, statfsSync } from 'node:fs';
import { arch, cpus, networkInterfaces, platform, release, totalmem } from 'node:os';
import type { JsonObject } from '../base/canonical-json.ts';
import { peersIn } from './network-peers.ts';

/** <linux/if.h>. */
const IFF_UP = 1;

/** Facts of the computer, for check-environment. Read here, since the core may not look into /proc. */
export function machineFacts(): JsonObject {
  return {
    kernel: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    machine: line('/sys/class/dmi/id/product_name') ?? 'not reported',
    interfaces: interfacesUp(),
    interfacesOn: interfacesOn(),
    peers: peersIn((name) => lines(`/proc/net/${name}`).join('\n')),
    defaultRoutes: defaultRoutes(),
    swap: swapAreas(),
    coreLimit: coreLimit(),
    corePattern: line('/proc/sys/kernel/core_pattern') ?? 'not reported',
  };
}

/** Bytes free for us where this folder lies. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** Names of the interfaces, other than loopback, that have an address. */
function interfacesUp(): string[] {
  return Object.entries(networkInterfaces())
    .filter(([, addresses]) => addresses?.some((address) => !address.internal))
    .map(([name]) => name)
    .sort();
}

/** Those that are switched on, with or without an address; loopback is none. */
export function interfacesOn(): string[] {
  return namesIn('/sys/class/net')
    .filter((name) => name !== 'lo' && (Number(line(`/sys/class/net/${name}/flags`)) & IFF_UP) !== 0)
    .sort();
}

/** Interfaces with a default route: IPv4 destination 00000000 in /proc/net/route, IPv6 prefix length 00. */
function defaultRoutes(): string[] {
  const found = new Set<string>();
  for (const row of lines('/proc/net/route').slice(1)) {
    const [name, destination, , flags] = row.split(/\s+/);
    if (name && destination === '00000000' && (Number.parseInt(flags ?? '0', 16) & 1) !== 0) found.add(name);
  }
  for (const row of lines('/proc/net/ipv6_route')) {
    const columns = row.trim().split(/\s+/);
    const name = columns[9];
    // Flag 0x0200 (RTF_REJECT) marks the kernel's own unreachable entry, which leads nowhere.
    if (
      name &&
      name !== 'lo' &&
      columns[1] === '00' &&
      /^0+$/.test(columns[0] ?? '') &&
      (Number.parseInt(columns[8] ?? '0', 16) & 0x200) === 0
    ) {
      found.add(name);
    }
  }
  return [...found].sort();
}

function swapAreas(): string[] {
  return lines('/proc/swaps')
    .slice(1)
    .map((row) => row.split(/\s+/)[0] ?? '')
    .filter((name) => name !== '');
}

function coreLimit(): string {
  const row = lines('/proc/self/limits').find((text) => text.startsWith('Max core file size'));
  return row
    ? row
        .slice('Max core file size'.length)
        .trim()
        .split(/\s{2,}/)
        .slice(0, 2)
        .join(' / ')
    : 'not reported';
}

/** Entries of a folder of the kernel's; empty where there is none such. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function line(path: string): string | undefined {
  return lines(path)[0];
}

function lines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((text) => text !== '');
  } catch {
    // Not every kernel has every file: what is missing is reported as such, by the caller.
    return [];
  }
}
