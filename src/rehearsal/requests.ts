import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatUtc } from '../base/dates.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { contextConstructed } from '../der/tags.ts';
import {
  boolean,
  implicit,
  integer,
  namedBitString,
  oid,
  raw,
  retag,
  sequence,
  set,
  utf8String,
} from '../der/writer.ts';
import { pemOf } from '../pki/pem.ts';
import type { Shape } from '../quorum/shape.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import { extension, type ForeignRoot, foreignRoot, rehearsalName, type Signer, throwAway } from './foreign-root.ts';
import { NAME_PREFIX } from './marking.ts';
import type { PackBefore } from './pack-before.ts';
import { publishedCrl, type UsedCertificate } from './published-crls.ts';
import { issuedLast, revocationList } from './stand-in-revocations.ts';

/** What a script reads: a file on a medium, or a folder; the algorithm of the key in it, or the CA whose CRL it is. */
export type BroughtFile = { readonly name: string; readonly on: string; readonly file: string } & (
  | { readonly type: 'csr'; readonly key: string }
  /** Of a root; where it is adopted, with the HSM that has its key, and the label that the key has there. */
  | { readonly type: 'certificate'; readonly key: string; readonly adopted?: AdoptedKey }
  /** So many requests. */
  | { readonly type: 'csr-folder'; readonly key: string; readonly count: number }
  /** Of a CA of earlier ceremonies, or of one whose certificate comes in too: by the name of that input. */
  | { readonly type: 'crl'; readonly issuer: UsedCertificate | string; readonly partition?: CrlScope }
  /** Of a CA of earlier ceremonies, or of one whose certificate comes in too: by the name of that input. */
  | { readonly type: 'issued-list'; readonly issuer: UsedCertificate | string }
  /** What is to be revoked of a CA of earlier ceremonies. */
  | {
      readonly type: 'revocation-list';
      readonly issuer: UsedCertificate;
      readonly optional: boolean;
      readonly asserted: boolean;
      /** Of the CRL that takes it up. */
      readonly partition?: CrlScope;
    }
);

/** A key that is on an HSM before its first ceremony. */
export interface AdoptedKey {
  readonly token: string;
  readonly label: string;
  /** Whether the CRL of its CA has an issuing distribution point, which all that the CA has issued names. */
  readonly crlNamesItself?: boolean;
}

/** @param key the script's name of its algorithm */
export type KeyOnHsm = (adopted: AdoptedKey, key: string) => Promise<Signer>;

/** @param shape one of the cast's requests */
export function readBroughtFile(shape: Shape): BroughtFile {
  const type = shape.literal('type', 'csr', 'csr-folder', 'certificate', 'crl', 'issued-list', 'revocation-list');
  const place = { name: shape.text('name'), on: shape.text('on'), file: shape.text('file') };
  const brought: BroughtFile = { ...place, ...readContent(type, shape) };
  shape.end();
  return brought;
}

function readAdopted(shape: Shape): { readonly adopted?: AdoptedKey } {
  if (!shape.has('token')) return {};
  const crlNamesItself = shape.has('crl-names-itself') && shape.flag('crl-names-itself');
  return { adopted: { token: shape.text('token'), label: shape.text('label'), crlNamesItself } };
}

function readContent(type: BroughtFile['type'], shape: Shape) {
  switch (type) {
    case 'crl':
      return { type, issuer: readIssuer(shape), ...readPartition(shape) };
    case 'csr-folder':
      return { type, key: shape.text('key'), count: shape.integer('count', 1, MOST_STAND_INS) };
    case 'revocation-list': {
      const issuer = { called: shape.text('called'), of: shape.text('of') };
      const flags = { optional: shape.flag('optional'), asserted: shape.flag('asserted') };
      return { type, issuer, ...flags, ...readPartition(shape) };
    }
    case 'issued-list':
      return { type, issuer: readIssuer(shape) };
    case 'certificate':
      return { type, key: shape.text('key'), ...readAdopted(shape) };
    case 'csr':
      return { type, key: shape.text('key') };
  }
}

/** Where a CA that is adopted publishes its CRL. */
const ADOPTED_CRL = 'http://pki.example.com/adopted-root.crl';

/** As many as a script may have come in together. */
const MOST_STAND_INS = 1000;

function readPartition(shape: Shape): { readonly partition?: CrlScope } {
  if (!shape.has('partition')) return {};
  const read = shape.object('partition');
  const partition = {
    ...(read.has('uri') ? { uri: read.text('uri') } : {}),
    ...(read.has('only') ? { only: read.literal('only', 'ca', 'user') } : {}),
  };
  read.end();
  return { partition };
}

function readIssuer(shape: Shape): UsedCertificate | string {
  if (shape.has('input')) return shape.text('input');
  return { called: shape.text('called'), of: shape.text('of') };
}

/**
 * Stand-ins for what requesters bring, of throw-away keys, in the folders of its medium: a request that asks for more than
 * it will get, the root certificate of another organisation, a CRL as its CA has published it, the certificates that it has
 * issued, or a list of what is to be revoked.
 * @param now UTC
 * @param before the pack that the ceremony follows
 * @param keyOnHsm makes the key of a CA that is adopted
 * @param wanted.uses names of the certificates that the script uses
 * @param wanted.listed how many certificates the CRL of a CA that is adopted lists
 * @returns as the authorization has it: reference → SHA-256 of a request's SubjectPublicKeyInfo, or of a certificate,
 * CRL, list or folder of requests
 * @throws CeremonyError REHEARSAL_SETUP for a medium that is not there, a key that nobody makes here, or
 * for what is of a CA that nobody brings
 */
export async function bringRequests(
  requests: readonly BroughtFile[],
  media: ReadonlyMap<string, readonly string[]>,
  now: string,
  before: PackBefore | null,
  keyOnHsm: KeyOnHsm,
  { uses = [], listed = 1 }: { readonly uses?: readonly string[]; readonly listed?: number } = {},
): Promise<Map<string, Sha256>> {
  const references = new Map<string, Sha256>();
  const roots = new Map<string, ForeignRoot>();
  // What a CA has signed may come in before its certificate.
  const isSigned = ({ type }: BroughtFile) => Number(type === 'crl' || type === 'issued-list');
  for (const brought of requests.toSorted((one, other) => isSigned(one) - isSigned(other))) {
    const { name, on, file } = brought;
    const folders = media.get(on);
    if (!folders) throw new CeremonyError('REHEARSAL_SETUP', `"${name}" comes on "${on}", which is no medium here`);
    const put = (der: Uint8Array, reference: string, digested: Uint8Array) => {
      for (const folder of folders) writeFileSync(join(folder, file), der, { flag: 'wx' });
      references.set(reference, sha256(digested));
    };
    switch (brought.type) {
      case 'csr': {
        const { der, spki } = await requestOf(brought.key, `As the ${name} would have it`);
        put(der, `${name}-spki`, spki);
        break;
      }
      case 'csr-folder': {
        const made = await folderOf(brought.key, name, brought.count);
        for (const folder of folders) {
          mkdirSync(join(folder, file));
          for (const [called, der] of made) writeFileSync(join(folder, file, called), der, { flag: 'wx' });
        }
        references.set(
          `${name}-sha256`,
          sha256([...made].map(([called, der]) => `${sha256(der)}  ${called}\n`).join('')),
        );
        break;
      }
      case 'certificate': {
        const { key, adopted } = brought;
        const root = adopted
          ? await foreignRoot(await keyOnHsm(adopted, key), `${NAME_PREFIX}${name}`, now, {
              listed,
              ...(adopted.crlNamesItself ? { crl: ADOPTED_CRL } : {}),
            })
          : await foreignRoot(throwAway(key), `As the ${name} would have it`, now);
        roots.set(name, root);
        put(root.der, `${name}-sha256`, root.der);
        break;
      }
      case 'crl': {
        const der = await crlOf(brought, roots, before);
        put(der, `${name}-sha256`, der);
        break;
      }
      case 'issued-list': {
        const { issuer } = brought;
        const issued =
          typeof issuer === 'string'
            ? broughtRoot(name, 'the certificates', issuer, roots).issued
            : issuedLast(name, issuer, before, now);
        const pem = Buffer.from(issued.map((der) => pemOf('CERTIFICATE', der)).join(''));
        put(pem, `${name}-sha256`, pem);
        break;
      }
      case 'revocation-list': {
        // Not before the CRL that it follows: that may have been signed a moment ago.
        const list = revocationList({ ...brought, listed }, uses, before, formatUtc(Date.now()));
        put(list, `${name}-sha256`, list);
        break;
      }
    }
  }
  return references;
}

/** @throws CeremonyError REHEARSAL_SETUP */
async function crlOf(
  { name, issuer, partition }: Extract<BroughtFile, { readonly type: 'crl' }>,
  roots: ReadonlyMap<string, ForeignRoot>,
  before: PackBefore | null,
): Promise<Uint8Array> {
  if (typeof issuer !== 'string') return publishedCrl(name, issuer, before, partition);
  return broughtRoot(name, 'a CRL', issuer, roots).crl;
}

/** @throws CeremonyError REHEARSAL_SETUP */
function broughtRoot(name: string, what: string, issuer: string, roots: ReadonlyMap<string, ForeignRoot>): ForeignRoot {
  const root = roots.get(issuer);
  if (root) return root;
  throw new CeremonyError('REHEARSAL_SETUP', `"${name}" is to be ${what} of "${issuer}", which nobody brings here`);
}

/** PKCS#10 (RFC 2986 §4) of a new key. @throws CeremonyError REHEARSAL_SETUP */
async function requestOf(
  key: string,
  called: string,
): Promise<{ readonly der: Uint8Array; readonly spki: Uint8Array }> {
  const { spki, signed } = throwAway(key);
  const info = sequence(
    integer(0),
    rehearsalName(called),
    raw(spki),
    retag(contextConstructed(0), set(...attributes())),
  );
  return { der: await signed(info), spki };
}

/** Of the name of a folder in those of its files: they may have 63 characters. */
const MOST_NAME = 48;

/** Requests of new keys, each under the name of its file: `requests-0001.csr`. In the order of the names. */
async function folderOf(key: string, name: string, count: number): Promise<ReadonlyMap<string, Uint8Array>> {
  const width = String(count).length;
  const made = new Map<string, Uint8Array>();
  for (let number = 1; number <= count; number++) {
    const stem = `${name.slice(0, MOST_NAME)}-${String(number).padStart(width, '0')}`;
    made.set(`${stem}.csr`, (await requestOf(key, stem)).der);
  }
  return made;
}

/** Wishes that no profile of a subordinate CA grants: people hear what is not given. */
function attributes(): Uint8Array[] {
  const extensions = sequence(
    extension(OID.basicConstraints, true, sequence(boolean(true), integer(3))),
    extension(OID.keyUsage, true, namedBitString([0, 5, 6])),
    extension(OID.subjectAltName, false, sequence(implicit(2, Buffer.from('www.rehearsal.example')))),
  );
  return [
    sequence(oid(OID.extensionRequest), set(extensions)),
    sequence(oid(OID.unstructuredName), set(utf8String('rehearsed, and of no use elsewhere'))),
  ];
}
