import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LockEntry } from '../../scripts/bundle/packages.ts';
import { COMMITTED, ROOT } from './clones.ts';

export const { version: VERSION } = readJson<{ version: string }>(ROOT, 'package.json');
export const RUNTIME = `node_modules/node-linux-${process.arch}`;
export const ADDON = 'node_modules/pkcs11js/build/Release/pkcs11.node';
/** What plays HSMs in a rehearsal. */
export const PLAYED = 'node_modules/pkcs11js/build/Release/fault-module.so';

/** Everything at the top of a bundle. */
const TOP = [
  'CHANGELOG.md',
  'LICENSE',
  'SECURITY.md',
  'SHA256SUMS',
  'bin',
  'ceremonies',
  'dist',
  'docs',
  'node_modules',
  'package-lock.json',
  'package.json',
  'sbom.cdx.json',
  'templates',
];

/** npm's own marks, which the bundle does not go by. */
interface Marked extends LockEntry {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
}

/** A component of CycloneDX 1.6, as far as we make it. */
interface Component {
  readonly type: string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: string; readonly content: string }[];
  readonly licenses: readonly unknown[];
  readonly properties: readonly { readonly name: string; readonly value: string }[];
  readonly components?: readonly Component[];
}

/** The packages are those that npm marks for production, with this one runtime; nothing is there for a compiler. */
export function assertPackages(folder: string, files: readonly string[]): void {
  const present = files.map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/package\.json$)/.exec(path)?.[0]);
  assert.deepEqual(present.filter((path) => path !== undefined).sort(), Object.keys(lockedIn(folder)).sort());
  assert.deepEqual(readdirSync(folder).sort(), TOP);
  assert.deepEqual(
    files.filter((path) => /\.([cm]?tsx?|map|cpp|h|gyp)$|\/\.(?!built$)/.test(path)),
    [],
  );
}

/** The bill of materials has exactly the packages that lie there, and says of each what the lock file says. */
export function assertBill(folder: string, programDigest: string): void {
  const bill = readJson<{
    bomFormat: string;
    specVersion: string;
    metadata: { timestamp: string; component: Component };
    components: Component[];
  }>(folder, 'sbom.cdx.json');
  assert.deepEqual([bill.bomFormat, bill.specVersion], ['CycloneDX', '1.6']);
  assert.equal(Date.parse(bill.metadata.timestamp), COMMITTED * 1000);
  const { name, version, properties } = bill.metadata.component;
  assert.deepEqual([name, version, properties[0]?.value], ['quorate', VERSION, programDigest]);

  const locked = lockedIn(folder);
  const billed = bill.components.map((one) => assertComponent(folder, one, locked));
  assert.deepEqual(billed.sort(), Object.keys(locked).sort());
  const parts = bill.components.flatMap(({ components }) => components?.filter(({ type }) => type === 'file') ?? []);
  assert.deepEqual(
    parts.map((part) => [part.name, part.hashes[0]?.content]),
    [`${RUNTIME}/bin/node`, ADDON].map((path) => [path, sha256Of(join(folder, path))]),
  );
  for (const path of ['package-lock.json', 'sbom.cdx.json'])
    assert.doesNotMatch(readFileSync(join(folder, path), 'utf8'), /"resolved"|:\/\/[^"/]*registry/, path);
}

/** @returns where the package lies */
function assertComponent(folder: string, one: Component, locked: Readonly<Record<string, Marked>>): string {
  const path = one.properties.find(({ name }) => name === 'quorate:path')?.value ?? '';
  const name = one.group === undefined ? one.name : `${one.group}/${one.name}`;
  const installed = readJson<{ name: string; version: string }>(folder, `${path}/package.json`);
  assert.deepEqual([name, one.version], [installed.name, installed.version]);
  assert.equal(one.purl, `pkg:npm/${name.replace('@', '%40')}@${one.version}`);
  const [hash] = one.hashes;
  assert.equal(hash?.alg, 'SHA-512');
  assert.equal(`sha512-${Buffer.from(hash.content, 'hex').toString('base64')}`, locked[path]?.integrity, path);
  assert.equal(one.licenses.length, 1, path);
  return path;
}

function lockedIn(folder: string): Readonly<Record<string, Marked>> {
  const { packages } = readJson<{ packages: Readonly<Record<string, Marked>> }>(folder, 'package-lock.json');
  return Object.fromEntries(
    Object.entries(packages).filter(
      ([path, { dev, devOptional, optional }]) =>
        path === RUNTIME || (path !== '' && !dev && !devOptional && !optional),
    ),
  );
}

function readJson<T>(folder: string, path: string): T {
  return JSON.parse(readFileSync(join(folder, path), 'utf8')) as T;
}

/** Paths of all files below a folder, sorted. */
export function filesIn(folder: string): string[] {
  return execFileSync('find', ['.', '-type', 'f', '-printf', '%P\\0'], { cwd: folder, encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)
    .sort();
}

export function sha256Of(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
