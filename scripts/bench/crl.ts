import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatUtc } from '../../src/base/dates.ts';
import { built } from './built.ts';
import { type CrlFiles, writeCrlFiles } from './crl-lists.ts';
import { type Benchmark, type Measured, median, type Watched, watched } from './measure.ts';
import { inScratch } from './rehearsal.ts';

/**
 * A list of what is revoked, with reasons, into a signed CRL, over `openssl ca -gencrl` of the same entries; and reading and
 * verifying what came out, over `openssl crl -verify` of it. Whole processes, with their start. Aim: for a million entries at
 * least 20 times as fast, below 200 MB; and reading no slower.
 */
export const benchmarks: readonly Benchmark[] = [
  ...(
    [
      ['1k', 1000, 5],
      ['100k', 100_000, 3],
      ['1m', 1_000_000, 1],
    ] as const
  ).flatMap(([name, count, runs]) => [
    { name: `crl-${name}`, measure: () => inScratch((folder) => issuing(folder, count, runs)) },
    { name: `crl-${name}-verify`, measure: () => inScratch((folder) => reading(folder, count, runs)) },
  ]),
  { name: 'crl-growth', measure: () => inScratch(growing) },
];

/** How it grows: a million entries over ten times as long as a hundred thousand take. Aim: 1 at most, which is linear. */
async function growing(folder: string): Promise<Measured> {
  const [few, many] = [100_000, 1_000_000].map((count) => {
    const own = join(folder, String(count));
    mkdirSync(own);
    return { own, files: writeCrlFiles(own, count) };
  }) as [Prepared, Prepared];
  const made = async ({ own, files }: Prepared) => {
    const runs: Watched[] = [];
    for (let run = 0; run < 3; run++) runs.push(await issue(own, files));
    return {
      time: median(runs.map(({ milliseconds }) => milliseconds)),
      peak: Math.max(...runs.map(({ peak }) => peak)),
    };
  };
  const [short, long] = [await made(few), await made(many)];
  return {
    ...{ value: long.time, unit: 'ms', peer: 'ten times 100,000', peerValue: short.time * 10 },
    ratio: long.time / (short.time * 10),
    memory: { value: long.peak, peerValue: short.peak, of: 'with 100,000' },
  };
}

interface Prepared {
  readonly own: string;
  readonly files: CrlFiles;
}

async function issuing(folder: string, count: number, runs: number): Promise<Measured> {
  const files = writeCrlFiles(folder, count);
  return await watchedBoth(
    runs,
    'openssl ca -gencrl',
    () => issue(folder, files),
    () =>
      watched(
        'openssl',
        ['ca', '-gencrl', '-config', files.configuration, '-cert', 'ca.pem', '-keyfile', 'ca.key', '-out', 'peer.pem'],
        folder,
      ),
  );
}

async function reading(folder: string, count: number, runs: number): Promise<Measured> {
  const files = writeCrlFiles(folder, count);
  await issue(folder, files);
  return await watchedBoth(
    runs,
    'openssl crl -verify',
    () => child(folder, 'crl-read', join(folder, 'ours.crl'), files.certificate),
    () =>
      watched(
        'openssl',
        ['crl', '-inform', 'DER', '-in', 'ours.crl', '-noout', '-verify', '-CAfile', 'ca.pem'],
        folder,
      ),
  );
}

async function issue(folder: string, { list, certificate, key }: CrlFiles): Promise<Watched> {
  const out = join(folder, 'ours.crl');
  rmSync(out, { force: true });
  const now = Date.now();
  const dates = [now, now + 30 * 24 * 60 * 60 * 1000].map((at) => formatUtc(at - (at % 1000)));
  return await child(folder, 'crl-from-list', list, certificate, key, out, ...dates);
}

async function child(folder: string, name: string, ...args: readonly string[]): Promise<Watched> {
  return await watched(process.execPath, [built(folder, name), ...args]);
}

/** Medians of `runs` of the peer, and of one of ours before and one after each: ours is over while a noisy machine looks away. */
async function watchedBoth(
  runs: number,
  peer: string,
  ours: () => Promise<Watched>,
  peers: () => Promise<Watched>,
): Promise<Measured> {
  const [own, others]: [Watched[], Watched[]] = [[], []];
  for (let run = 0; run < runs; run++) {
    own.push(await ours());
    others.push(await peers());
    own.push(await ours());
  }
  const [value, peerValue] = [own, others].map((all) => median(all.map(({ milliseconds }) => milliseconds)));
  const [most, peerMost] = [own, others].map((all) => Math.max(...all.map(({ peak }) => peak)));
  if (value === undefined || peerValue === undefined || most === undefined || peerMost === undefined)
    throw new RangeError('no runs');
  return {
    ...{ value, unit: 'ms', peer, peerValue, ratio: value / peerValue },
    memory: { value: most, peerValue: peerMost },
  };
}
