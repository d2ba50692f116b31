import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { wholeOf } from '../base/octets.ts';
import { previousCertificatePath, previousCrlPath } from '../ledger/carried.ts';
import { type Ledger, type LedgerCertificate, type LedgerCrl, type LedgerKey, ledgerBytes } from '../ledger/ledger.ts';
import { PATH } from '../pack/layout.ts';
import { buildManifest, manifestFile } from '../pack/manifest.ts';
import { encodeSigned } from '../pki/encode.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { parseCrl } from '../x509/crl.ts';
import type { Certificate, CertificateList, SubjectPublicKeyInfo } from '../x509/model.ts';
import { parseSpki } from '../x509/public-key.ts';
import { verifySignature } from '../x509/signature.ts';
import { markedLabel } from './marking.ts';
import type { PackBefore } from './pack-before.ts';
import type { PreviousPack } from './previous-pack.ts';
import type { ReadyHsm } from './ready-hsm.ts';
import type { StandInBackups } from './stand-in-backups.ts';
import { standInTbsCertificate, standInTbsCertList } from './stand-in-documents.ts';
import type { StandInKeys } from './stand-in-keys.ts';

/** An HSM of the stage, and which one of the ledger it stands in for. */
export interface Replaced {
  readonly was: { readonly serial: string };
  readonly hsm: ReadyHsm;
  /** How it is unlocked here. */
  readonly means: string;
}

/**
 * The pack before, with throw-away keys in the place of its keys: each certificate and CRL is the same but for names, keys
 * and signature, and the ledger says so. What it says of HSMs that are not here stands as it was.
 * @param roster digest of the rehearsal's roster
 * @throws CeremonyError REHEARSAL_SETUP, DER_INVALID
 */
export async function standInPack(
  previous: PreviousPack,
  keys: StandInKeys,
  replaced: readonly Replaced[],
  { backups, sets, replaced: displaced }: StandInBackups,
  roster: Sha256,
): Promise<PackBefore> {
  const { ledger: before } = previous;
  const signers = before.keys.map(({ spki }) => parseSpki(Buffer.from(spki, 'base64')));
  const made = new Map<LedgerCertificate | LedgerCrl, Uint8Array>();
  const certificates: LedgerCertificate[] = [];
  for (const entry of before.certificates) {
    const was = parseCertificate(previous.documents.get(entry.sha256) as Uint8Array, entry.path);
    const der = await standInCertificate(was, signers, keys, entry.path);
    const now = { ...entry, sha256: sha256(der), spkiSha256: sha256(keys.for(was.spki).spki.der) };
    certificates.push(now);
    made.set(now, der);
  }
  const crls: LedgerCrl[] = [];
  for (const entry of before.crls) {
    const was = previous.documents.get(entry.sha256);
    const der = was && (await standInCrl(parseCrl(was, entry.path), signers, keys, entry.path));
    const now = der ? { ...entry, sha256: sha256(der) } : entry;
    crls.push(now);
    if (der) made.set(now, der);
  }
  const { keyFiles: _ofOtherModules, ...rest } = before;
  const ledger: Ledger = {
    ...rest,
    tokens: before.tokens.map((token) => {
      const there = replaced.find(({ was }) => was.serial === token.serial);
      if (!there) return token;
      const { serial, model, label, sets } = there.hsm;
      return { ...token, serial, model, label, means: there.means, sets: sets.map(({ id }) => id) };
    }),
    keys: before.keys.map((key) => standInKey(key, keys, replaced)),
    ...(before.adoptions && {
      adoptions: before.adoptions.map((one) => ({
        ...one,
        spkiSha256: digestNow(one.spkiSha256, before.keys, keys),
      })),
    }),
    copies: before.copies.map((copy) => ({
      ...copy,
      spkiSha256: digestNow(copy.spkiSha256, before.keys, keys),
      token: serialNow(copy.token, replaced),
    })),
    certificates,
    crls,
    shareSets: [
      ...before.shareSets
        .filter(
          ({ id, hsm, kind }) =>
            !displaced.has(id) && (kind === 'kek' || !replaced.some(({ was }) => was.serial === hsm)),
        )
        .map((set) => ({ ...set, hsm: serialNow(set.hsm, replaced) })),
      ...replaced.flatMap(({ hsm }) => hsm.sets),
      ...sets.map((set) => ({ ...set, hsm: serialNow(set.hsm, replaced) })),
    ],
    ...(backups.length > 0 ? { backups } : {}),
  };
  const bytes = ledgerBytes(ledger);
  const files = new Map<string, Uint8Array>([[PATH.ledger, bytes]]);
  place(certificates, made, previousCertificatePath, files);
  place(crls, made, previousCrlPath, files);
  const manifest = buildManifest(
    { ...previous.manifest, mode: 'rehearsal', roster },
    [...files].map(([path, file]) => manifestFile(path, file)),
  );
  return {
    files: new Map([...files, [PATH.manifest, manifest]]),
    manifest,
    ledgerBytes: bytes,
    ledger,
    head: previous.manifest.head,
  };
}

async function standInCertificate(
  certificate: Certificate,
  signers: readonly SubjectPublicKeyInfo[],
  keys: StandInKeys,
  name: string,
): Promise<Uint8Array> {
  const signer = signerOf(certificate, signers, name);
  const tbs = standInTbsCertificate(certificate.tbs, keys.change(certificate.spki), keys.change(signer));
  const { der } = certificate.signatureAlgorithm;
  return encodeSigned(tbs, der, await keys.for(signer).sign(der, tbs));
}

async function standInCrl(
  crl: CertificateList,
  signers: readonly SubjectPublicKeyInfo[],
  keys: StandInKeys,
  name: string,
): Promise<Uint8Array> {
  const signer = signerOf(crl, signers, name);
  const tbs = standInTbsCertList(wholeOf(crl.tbs), keys.change(signer));
  const { der } = crl.signatureAlgorithm;
  return encodeSigned(tbs, der, await keys.for(signer).sign(der, tbs));
}

/** Which key signed it, by its signature: names of keys come again, and a ledger could say another. */
function signerOf(
  { tbs, signatureAlgorithm, signature }: Certificate | CertificateList,
  signers: readonly SubjectPublicKeyInfo[],
  name: string,
): SubjectPublicKeyInfo {
  const signer = signers.find((spki) => verifySignature(spki, signatureAlgorithm.der, tbs, signature));
  if (signer) return signer;
  throw new CeremonyError(
    'REHEARSAL_SETUP',
    `"${name}" of the pack that is followed is signed by no key of its ledger`,
    {
      hint: 'quorate verify says what is wrong with that pack',
    },
  );
}

function standInKey(key: LedgerKey, keys: StandInKeys, replaced: readonly Replaced[]): LedgerKey {
  const { spki } = keys.for(parseSpki(Buffer.from(key.spki, 'base64')));
  return {
    ...key,
    label: markedLabel(key.label),
    spki: Buffer.from(spki.der).toString('base64'),
    spkiSha256: sha256(spki.der),
    token: serialNow(key.token, replaced),
  };
}

function serialNow(serial: string, replaced: readonly Replaced[]): string {
  return replaced.find(({ was }) => was.serial === serial)?.hsm.serial ?? serial;
}

function digestNow(digest: Sha256, known: readonly LedgerKey[], keys: StandInKeys): Sha256 {
  const key = known.find(({ spkiSha256 }) => spkiSha256 === digest);
  return key ? sha256(keys.for(parseSpki(Buffer.from(key.spki, 'base64'))).spki.der) : digest;
}

/** The last of those with one path lies there, as in the pack of its own ceremony; those of earlier ones by digest. */
function place<T extends LedgerCertificate | LedgerCrl>(
  entries: readonly T[],
  made: ReadonlyMap<LedgerCertificate | LedgerCrl, Uint8Array>,
  earlier: (digest: Sha256) => string,
  files: Map<string, Uint8Array>,
): void {
  const last = new Map(entries.map((entry) => [entry.path, entry]));
  for (const entry of entries) {
    const bytes = made.get(entry);
    if (bytes) files.set(last.get(entry.path) === entry ? entry.path : earlier(entry.sha256), bytes);
  }
}
