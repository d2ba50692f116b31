import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Octets } from '../base/octets.ts';
import { sameBytes } from '../der/reader.ts';
import type { Ledger, LedgerCertificate } from '../ledger/ledger.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { ANSWERS } from '../pki/ocsp-response.ts';
import { parseCertificate } from '../x509/certificate.ts';
import type { AlgorithmIdentifier, Certificate, Name } from '../x509/model.ts';
import { verifySignature } from '../x509/signature.ts';
import { answersOf, type KnownAnswer } from './answers.ts';
import { ledgerFile, newestCrls, newestDeltas } from './ledger-file.ts';

/** A certificate of the ledger, with its file. */
export interface KnownCertificate {
  readonly entry: LedgerCertificate;
  readonly content: Certificate;
}

/** What published files are held to. */
export interface LedgerFiles {
  readonly pack: Pack;
  readonly ledger: Ledger;
  readonly certificates: readonly KnownCertificate[];
  /** What the pack publishes: SHA-256 → path. */
  readonly published: ReadonlyMap<Sha256, string>;
  /** OCSP responses of the packs that were given, the oldest first: no ledger has them. */
  readonly answers: readonly KnownAnswer[];
}

/**
 * @param packs of one succession, the oldest first: of ledgers the last alone counts
 * @throws CeremonyError FILE_MISSING, and what its readers throw: nothing of it in a pack that was verified
 */
export function ledgerFiles(packs: readonly [Pack, ...Pack[]]): LedgerFiles {
  const pack = packs.at(-1) as Pack;
  const ledger = pack.ledger();
  const paths = pack.paths.filter((path) => path.startsWith(FOLDER));
  return {
    pack,
    ledger,
    certificates: ledger.certificates.map((entry) => ({
      entry,
      content: parseCertificate(ledgerFile(pack, 'certificate', entry), entry.path),
    })),
    published: new Map(paths.map((path) => [pack.digestUnread(path) as Sha256, path])),
    answers: packs.flatMap(answersOf),
  };
}

const FOLDER = 'publish/';

/**
 * What a file of that name has to be: the one that the pack publishes, or of an earlier ceremony what the ledger has in a
 * file of that name. Undefined for a name that neither knows, or that several files end with, as some of OCSP responses may.
 */
export function expectedUnder(
  { pack, ledger }: LedgerFiles,
  name: string,
): { path: string; sha256: Sha256 } | undefined {
  const [path, ...others] = pack.paths.filter(
    (one) => one === `${FOLDER}${name}` || (one.startsWith(`${FOLDER}${ANSWERS}/`) && one.endsWith(`/${name}`)),
  );
  if (others.length > 0) return undefined;
  const own = path === undefined ? undefined : pack.digestUnread(path);
  if (path !== undefined && own) return { path, sha256: own };
  const known = [...ledger.certificates, ...newestCrls(ledger), ...newestDeltas(ledger)].findLast((entry) =>
    entry.path.endsWith(`/${name}`),
  );
  return known && { path: `${known.path} of step "${known.step}"`, sha256: known.sha256 };
}

/** What a key signs. */
interface Signature {
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
}

/** What a CA signs in its name. */
interface Signed extends Signature {
  readonly issuer: Name;
}

/**
 * The CA of the ledger that has signed something; null where none has that name; undefined where those that have it have
 * not signed this.
 */
export function signerOf(
  { certificates }: LedgerFiles,
  signed: Signed,
  tbs: Octets,
): KnownCertificate | null | undefined {
  const named = certificates.filter(({ content }) => sameBytes(content.subject.der, signed.issuer.der));
  return named.length === 0 ? null : named.find(({ content }) => hasSigned(content, signed, tbs));
}

export function hasSigned({ spki }: Pick<Certificate, 'spki'>, signed: Signature, tbs: Octets): boolean {
  try {
    return verifySignature(spki, signed.signatureAlgorithm.der, tbs, signed.signature);
  } catch (error) {
    // An algorithm that is none of ours: nothing of this CA is signed so.
    if (error instanceof CeremonyError) return false;
    throw error;
  }
}

/** The ledger's name of the key that a certificate certifies; undefined where it is not one of this CA. */
export function keyNameOf({ keys }: Ledger, { spki }: Certificate): string | undefined {
  const digest = sha256(spki.der);
  return keys.find(({ spkiSha256 }) => spkiSha256 === digest)?.name;
}
