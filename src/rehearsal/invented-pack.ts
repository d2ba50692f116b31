import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { explicit, integer, sequence, time } from '../der/writer.ts';
import type {
  LedgerBackup,
  LedgerCertificate,
  LedgerCrl,
  LedgerKey,
  LedgerThing,
  LedgerToken,
} from '../ledger/ledger.ts';
import { encodeSigned, encodeTbsCertificate, signatureIdentifier } from '../pki/encode.ts';
import { crlExtensions, encodeExtension } from '../pki/extensions.ts';
import { encodeName, subjectOf } from '../pki/name.ts';
import { type CertificateProfile, resolveProfile } from '../pki/profile.ts';
import { readProfileTemplate } from '../pki/profile-template.ts';
import type { IssuerIdentity } from '../pki/request.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { deriveKeyIdentifier } from '../x509/public-key.ts';
import type { Cast, Use } from './cast.ts';
import type { PreviousPack } from './previous-pack.ts';
import { inventedBackup } from './stand-in-backups.ts';
import { ofPair, type StandInKey } from './stand-in-keys.ts';

/** This file is `<root>/src/rehearsal/invented-pack.ts`, or built in `dist`. */
const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PROFILE = 'root-ca';
const ALGORITHM = 'ecdsa-p384';
const SIGNATURE = 'ecdsa-sha384';
const SERIAL_BYTES = 16;
const ID_BYTES = 16;

/** When what is invented was made, and how long it holds, counted from the window of the rehearsal. */
const BEGAN = 'P1Y';
const ENDS = 'P15Y';
const CRL_BEGAN = 'P30D';
const CRL_LASTS = 'P364D';
/** What `crl:` says for the newest one. */
const LATEST = 'latest';

type Subject = NonNullable<Use['subject']>;

interface Ca {
  readonly subject: Subject;
  readonly ledger: LedgerKey;
  readonly key: StandInKey;
  readonly issuer: IssuerIdentity;
}

/**
 * What a script uses of earlier ceremonies where no pack is there to follow: for each label one key on the first HSM that the
 * script expects as the ledger has it, its self-signed certificate, begun a year ago, and an empty CRL of a month ago.
 * @param now UTC
 * @param custody where the things lie that the script expects sealed
 * @throws CeremonyError REHEARSAL_SETUP for what cannot be invented
 */
export async function inventPack(cast: Cast, now: string, custody: readonly LedgerThing[]): Promise<PreviousPack> {
  const partitioned = cast.stands.uses.find((use) => use.partitioned);
  // Which certificate is in which partition its own bytes say, and of those the script says nothing.
  if (partitioned)
    throw new CeremonyError(
      'REHEARSAL_SETUP',
      `the script uses the CRL "${partitioned.called}" of a partition of "${partitioned.of}", and no pack is followed that has it`,
      { hint: 'rehearse it with --from and the pack of a ceremony that issued it, or after that ceremony in one go' },
    );
  const at = (duration: string, sign: 1 | -1) => formatUtc(addDuration(parseUtc(now), duration, sign));
  const made = { began: at(BEGAN, -1), ends: at(ENDS, 1), crl: at(CRL_BEGAN, -1) };
  const documents = new Map<Sha256, Uint8Array>();
  const keep = (der: Uint8Array) => {
    documents.set(sha256(der), der);
    return sha256(der);
  };
  const tokens = cast.stands.tokens.map(tokenNamed);
  const keys: LedgerKey[] = [];
  const certificates: LedgerCertificate[] = [];
  const crls: LedgerCrl[] = [];
  const backups: LedgerBackup[] = [];
  for (const [of, uses] of Map.groupBy(cast.stands.uses, (use) => use.of)) {
    const subject = uses.find((use) => use.subject)?.subject ?? subjectNamed(of);
    const ca = makeCa(
      of,
      subject,
      called(uses, 'key') ?? called(uses, 'certificate') ?? 'root',
      tokens[0]?.serial ?? '',
      made.began,
    );
    const isWrapped = uses.some(({ kind }) => kind === 'backup');
    keys.push({ ...ca.ledger, ...(isWrapped || uses.some(({ wrappable }) => wrappable) ? { wrappable: true } : {}) });
    if (isWrapped) backups.push(inventedBackup(ca.ledger, made.began));
    const names = new Set(uses.filter(({ kind }) => kind === 'certificate').map(({ called: name }) => name));
    const own = names.has(ca.ledger.name) || names.size === 0 ? ca.ledger.name : ([...names][0] as string);
    for (const name of new Set([own, ...names])) {
      const serial = Uint8Array.of(1, ...randomBytes(SERIAL_BYTES));
      const der = await certificateOf(ca, name === own ? 'self' : name, serial, made);
      certificates.push({
        ...{ name, path: `certificates/${name}.crt`, sha256: keep(der), serial: Buffer.from(serial).toString('hex') },
        ...{ key: ca.ledger.name, spkiSha256: sha256(parseCertificate(der).spki.der) },
        ...{ notBefore: made.began, notAfter: made.ends, step: 'invented' },
      });
    }
    const named =
      called(
        uses.filter((use) => use.called !== LATEST),
        'crl',
      ) ?? own;
    const nextUpdate = formatUtc(addDuration(parseUtc(made.crl), CRL_LASTS));
    crls.push({
      ...{ name: named, path: `crls/${named}.crl`, sha256: keep(await emptyCrl(ca, made.crl, nextUpdate)) },
      ...{ issuer: ca.ledger.name, number: '1', thisUpdate: made.crl, nextUpdate, step: 'invented' },
    });
  }
  const ceremony = randomBytes(32).toString('hex');
  return {
    manifest: {
      ...{ type: 'quorate/manifest/1', ceremony, head: randomBytes(32).toString('hex'), events: 1 },
      ...{ outcome: 'complete', mode: 'rehearsal', authorization: NO_DIGEST, roster: NO_DIGEST, files: [] },
    },
    ledger: {
      ...{ type: 'quorate/ledger/1', ceremony, number: 1, previous: NO_DIGEST, tokens, keys, copies: [] },
      ...{ certificates, crls, shareSets: [], custody, ...(backups.length > 0 ? { backups } : {}) },
    },
    roster: null,
    documents,
  };
}

/** The serial stands for one until the HSM of the stage has its own. */
function tokenNamed(name: string): LedgerToken {
  return { name, serial: `invented ${name}`, model: '', label: name, means: 'shares', sets: [] };
}

function called(uses: readonly Use[], kind: Use['kind']): string | undefined {
  return uses.find((use) => use.kind === kind)?.called;
}

function makeCa(of: string, subject: Subject, name: string, token: string, generatedAt: string): Ca {
  const key = ofPair(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }));
  const spki = Buffer.from(key.spki.der);
  return {
    ledger: {
      ...{ name, label: of, id: randomBytes(ID_BYTES).toString('hex'), algorithm: ALGORITHM },
      ...{ spki: spki.toString('base64'), spkiSha256: sha256(spki), token, step: 'invented', generatedAt },
      ...{ state: 'active', states: [], quirks: [] },
    },
    key,
    subject,
    issuer: { name: encodeName(subjectOf(Object.fromEntries(subject))), keyIdentifier: deriveKeyIdentifier(key.spki) },
  };
}

const subjectNamed = (name: string): Subject =>
  new Map([
    ['C', 'US'],
    ['O', 'Example Org'],
    ['CN', name],
  ]);

/** @param subject `self`, or the name of a CA below it, whose key is thrown away at once */
async function certificateOf(
  { key, issuer, subject: own }: Ca,
  subject: string,
  serial: Uint8Array,
  { began, ends }: { readonly began: string; readonly ends: string },
): Promise<Uint8Array> {
  const isSelf = subject === 'self';
  const { spki } = isSelf ? key : ofPair(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }));
  const tbs = encodeTbsCertificate(
    {
      ...{ profile: rootProfile(), subject: subjectOf(Object.fromEntries(isSelf ? own : subjectNamed(subject))) },
      ...{ issuer: isSelf ? 'self' : issuer, notBefore: began, notAfter: ends },
      ...{ keyAlgorithm: ALGORITHM, signatureAlgorithm: SIGNATURE },
    },
    { spki: spki.der, serial },
  );
  return signed(tbs, key);
}

/** A first CRL without entries (RFC 5280 §5.1). */
async function emptyCrl({ key, issuer }: Ca, thisUpdate: string, nextUpdate: string): Promise<Uint8Array> {
  const tbs = sequence(
    integer(1),
    signatureIdentifier(SIGNATURE),
    issuer.name,
    time(thisUpdate),
    time(nextUpdate),
    explicit(0, sequence(...crlExtensions(issuer.keyIdentifier, 1n).map(encodeExtension))),
  );
  return signed(tbs, key);
}

async function signed(tbs: Uint8Array, key: StandInKey): Promise<Uint8Array> {
  const identifier = signatureIdentifier(SIGNATURE);
  return encodeSigned(tbs, identifier, await key.sign(identifier, tbs));
}

function rootProfile(): CertificateProfile {
  const text = readFileSync(join(ROOT, 'templates', 'profiles', `${PROFILE}.json`), 'utf8');
  const { profile } = resolveProfile(PROFILE, {}, new Map([[PROFILE, readProfileTemplate(text, PROFILE)]]));
  if (profile?.type !== 'quorate/certificate-profile/1')
    throw new TypeError(`the profile "${PROFILE}" is not one of a certificate`);
  return profile;
}
