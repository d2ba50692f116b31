import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { sameBytes } from '../der/reader.ts';
import { approvalPayloadPath } from '../pack/layout.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { certificatePath, chainOf, SELF } from '../plan/known.ts';
import { type Plan, stepsOf } from '../plan/plan.ts';
import type { SignedKind } from '../quorum/operation.ts';
import { checkPublicKey } from '../x509/key-check.ts';
import type { Name, SubjectPublicKeyInfo } from '../x509/model.ts';
import { parsePublicKey, parseSpki } from '../x509/public-key.ts';
import type { VerifyOptions } from './options.ts';
import { chainAbove, issuerIn } from './pack-certificates.ts';
import { orNone, PartMissing } from './part-missing.ts';
import type { Done, GeneratedKey, IssuedFile, KnownKey, PartName, Parts, SignedFile } from './parts.ts';
import { PRODUCTS } from './product-kinds.ts';
import { approvedBytes, type SignedItem, signedItems } from './signed-items.ts';
import { at } from './where.ts';

export type Get = <N extends PartName>(name: N) => Parts[N];

/**
 * A key that fails here is used to judge nothing else.
 * @throws PartMissing for KEY-READ, KEY-ALGORITHM or KEY-QUALITY
 */
export function keyOf(done: Done<'generate-key'>): GeneratedKey {
  const refuse = (owner: string, message: string): never => {
    throw new PartMissing(owner, at(done.result), message);
  };
  const { spki: text, spkiSha256, algorithm: stated } = done.result.facts;
  const der = Buffer.from(typeof text === 'string' ? text : '', 'base64');
  if (der.length === 0 || der.toString('base64') !== text)
    refuse('KEY-READ', 'the result of generate-key has no public key in base64');
  const digest = sha256(der);
  if (spkiSha256 !== digest)
    refuse('KEY-READ', `"spkiSha256" is ${JSON.stringify(spkiSha256 ?? null)}; the public key has ${digest}`);
  const spki = readSpki(der, refuse);
  const asked = done.operation.algorithm;
  if (!isOfAlgorithm(spki, asked))
    refuse('KEY-ALGORITHM', `the public key is not one of "${asked}", which was approved`);
  if (stated !== asked)
    refuse('KEY-ALGORITHM', `"algorithm" is ${JSON.stringify(stated ?? null)}; approved was "${asked}"`);
  const problems = checkPublicKey(spki);
  if (problems.length > 0) refuse('KEY-QUALITY', problems.join('; '));
  return { done, spki, digest };
}

function readSpki(der: Uint8Array, refuse: (owner: string, message: string) => never): SubjectPublicKeyInfo {
  try {
    return parseSpki(der);
  } catch (error) {
    if (error instanceof CeremonyError) return refuse('KEY-READ', error.message);
    throw error;
  }
}

function isOfAlgorithm(spki: SubjectPublicKeyInfo, name: string): boolean {
  const algorithm = isKeyAlgorithmName(name) ? KEY_ALGORITHMS[name] : undefined;
  if (!algorithm || !sameBytes(spki.algorithm.der, Buffer.from(algorithm.spkiIdentifier, 'hex'))) return false;
  const key = parsePublicKey(spki);
  return key.type !== 'rsa' || key.modulusBits === algorithm.bits;
}

/** Where the plan cannot be derived, what it uses is not known; what was generated here is. */
export function knownKeys(get: Get): readonly KnownKey[] {
  const made = get('keys').map(({ done, spki, digest }) => {
    return { spki, digest, hsm: done.operation.hsm.name, since: done.result.seq };
  });
  const used = Object.values(orNone(get)('plan')?.uses ?? {}).flatMap((use) => {
    if (use.kind !== 'key' || use.token === null) return [];
    const spki = attemptRead(() => parseSpki(Buffer.from(use.spki, 'base64')));
    return spki ? [{ spki, digest: sha256(spki.der), hsm: use.token, since: 0 }] : [];
  });
  return [...made, ...used];
}

/** @throws PartMissing for the check that says what is missing */
export function requireProducts(get: Get, pack: Pack, _derive: unknown, options: VerifyOptions): true {
  const files = [...get('certificates'), ...get('crls'), ...get('requests'), ...get('ocspResponses')];
  const read = new Set(files.map((file) => file.path));
  const known = new Set(get('knownKeys').map((key) => key.digest));
  for (const { done, path, kind, key } of signedItems(get('done'))) {
    const { family } = PRODUCTS[kind];
    // A ceremony that was cut short may have ended before it wrote what the HSM had signed.
    if (pack.size(path) === undefined && options.outcome === 'interrupted') continue;
    if (pack.size(path) === undefined)
      throw new PartMissing(`${family}-MISSING`, path, 'what was signed is not in the pack');
    if (pack.size(approvalPayloadPath(done.proposal.seq)) === undefined) {
      throw new PartMissing(
        'PROPOSAL-PAYLOAD',
        approvalPayloadPath(done.proposal.seq),
        'what was approved is not in the pack',
      );
    }
    if (!read.has(path)) throw new PartMissing(`${family}-READ`, path, 'what was signed cannot be read');
    if (!known.has(key)) throw new PartMissing('KEY-KNOWN', at(done.proposal.event), `the key ${key} is not known`);
  }
  return true;
}

/** Those that are there and can be read; the others are findings of CERTIFICATE-MISSING, -READ and their like of other kinds. */
export function signedFiles<T, Bytes extends Octets = Uint8Array>(
  get: Get,
  read: (path: string) => Bytes | undefined,
  kind: SignedKind,
  parse: (der: Bytes, name: string) => T,
): readonly SignedFile<T, Bytes>[] {
  const keys = get('knownKeys');
  return signedItems(get('done')).flatMap((item) => {
    const { done, path } = item;
    if (item.kind !== kind) return [];
    const der = read(path);
    const payload = approvedBytes(item, read);
    if (!der || !payload) return [];
    const content = attemptRead(() => parse(der, path));
    const key = keys.find((candidate) => candidate.digest === item.key);
    return content ? [{ done, item, path, der, content, payload, key }] : [];
  });
}

/** The same of what a CA of ours issues, with the certificates that stand above it. */
export function issuedFiles<T extends { readonly issuer: Name }, Bytes extends Octets = Uint8Array>(
  get: Get,
  read: (path: string) => Bytes | undefined,
  kind: 'certificate' | 'crl',
  parse: (der: Bytes, name: string) => T,
): readonly IssuedFile<T, Bytes>[] {
  const there = get('packCertificates');
  const plan = orNone(get)('plan');
  return signedFiles(get, read, kind, parse).map((file) => {
    const named = plan ? issuerPaths(plan, file.item) : [];
    const issuer = issuerIn(there, file.content, file.item.key, named[0]);
    return { ...file, issuer, chain: chainAbove(there, issuer, named) };
  });
}

/**
 * Where the certificate lies that the step names as its issuer's, and then those above it, as the script names them; of a
 * step that names none, or itself, it is its own.
 */
function issuerPaths(plan: Plan, { done, path }: SignedItem): readonly string[] {
  const name = stepsOf(plan).find(({ key }) => key === done.proposal.event.step)?.params['issuer'];
  if (typeof name !== 'string' || name === SELF) return [path];
  return chainOf(plan, name).flatMap((one) => certificatePath(plan, one) ?? []);
}

function attemptRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CeremonyError) return undefined;
    throw error;
  }
}
