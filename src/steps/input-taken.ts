import type { JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import { KEY_ALGORITHMS, type KeyAlgorithmName } from '../pki/algorithms.ts';
import { derOfCertificateFile, isSelfIssued, takeCaCertificate } from '../pki/certificate-intake.ts';
import { derOfCrlFile, MAX_CRL_FILE_BYTES, takeCrl } from '../pki/crl-intake.ts';
import { MAX_LIST_BYTES as MAX_ISSUED_BYTES, takeIssuedList } from '../pki/issued-list.ts';
import { type PemLabel, pemOctets } from '../pki/pem.ts';
import { derOfRequestFile, type Expected, MAX_FILE_BYTES, takeRequest } from '../pki/request-intake.ts';
import { MAX_LIST_BYTES, type RevocationBounds } from '../pki/revocation-list.ts';
import { type RevocationList, takeRevocationList } from '../pki/taken-list.ts';
import { digestReference } from '../plan/inputs.ts';
import { usedCrl } from '../plan/known.ts';
import type { Plan, PlannedInput } from '../plan/plan.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { CrlScope } from '../x509/crl-scope.ts';
import type { Certificate, SubjectPublicKeyInfo } from '../x509/model.ts';
import { MOST_IN_TEXT, renderCrl, renderDocument } from '../x509/render.ts';
import { renderRequest } from '../x509/render-request.ts';
import { lookupFacts } from './looked-up.ts';
import { revokedWords } from './revocations.ts';

/*
 * What comes in on a medium, by its type: how its file is read, by what it is judged, and where in the pack it lies.
 */

/** What one is held to. */
export interface Wanted extends Expected {
  /** The certificate of the CA that must have signed it; undefined where the script names none. */
  readonly issuer: Certificate | undefined;
  /** Of a revocation list: what that CA's ledger and last CRL allow. */
  readonly revocable: RevocationBounds | undefined;
  /** Of a CRL that must equal one of a partition: which. */
  readonly partition?: CrlScope | undefined;
}

/** One that was read and judged. */
export interface Taken {
  /** Its bytes in the pack: DER, of a list the file itself. */
  readonly der: Octets;
  /** DER of each certificate that it lists. */
  readonly each?: readonly Uint8Array[];
  /** Lines for people. */
  readonly text: Iterable<string>;
  /** The key that is taken of it; undefined for what brings none. */
  readonly spki: SubjectPublicKeyInfo | undefined;
  /** What the record says of its content. */
  readonly facts: JsonObject;
  /** What it is, in a sentence. */
  readonly said: string;
}

export interface Kind {
  /** What people call it, and the record: the member whose value is its path. */
  readonly title: string;
  readonly member: 'request' | 'certificate' | 'crl' | 'list';
  readonly folder: string;
  readonly suffix: string;
  /** Undefined for what is no DER: it is kept as it came. */
  readonly label: PemLabel | undefined;
  /** Most bytes of its file on the medium. */
  readonly limit: number;
  /** @throws CeremonyError FILE_TOO_LARGE, DER_INVALID */
  readonly derOf: (file: Octets, name: string) => Octets;
  /** @throws CeremonyError by what speaks against it */
  readonly take: (der: Octets, name: string, wanted: Wanted, input: string) => Taken;
}

const REQUEST: Kind = {
  title: 'certificate request',
  member: 'request',
  folder: 'requests',
  suffix: '.csr',
  label: 'CERTIFICATE REQUEST',
  limit: MAX_FILE_BYTES,
  derOf: (file, name) => derOfRequestFile(wholeOf(file), name),
  take: (der, name, wanted, input) => {
    const { request, algorithm } = takeRequest(wholeOf(der), name, wanted);
    return {
      ...{ der: request.der, text: renderRequest(request), ...keyOf(request, algorithm) },
      said: `The request "${input}" is signed with its own key, of ${KEY_ALGORITHMS[algorithm].title}.`,
    };
  },
};

const CERTIFICATE: Kind = {
  title: 'certificate',
  member: 'certificate',
  folder: 'inputs',
  suffix: '.crt',
  label: 'CERTIFICATE',
  limit: MAX_FILE_BYTES,
  derOf: (file, name) => derOfCertificateFile(wholeOf(file), name),
  take: (der, name, wanted, input) => {
    const { certificate, algorithm } = takeCaCertificate(wholeOf(der), name, wanted);
    const { title } = KEY_ALGORITHMS[algorithm];
    return {
      ...{ der: certificate.der, text: renderDocument(certificate.der), ...keyOf(certificate, algorithm) },
      said: isSelfIssued(certificate)
        ? `The certificate "${input}" is signed with its own key, of ${title}.`
        : `The certificate "${input}" is of another CA's signature, which is not verified here; its key is ${title}.`,
    };
  },
};

const CRL: Kind = {
  title: 'CRL',
  member: 'crl',
  folder: 'inputs',
  suffix: '.crl',
  label: 'X509 CRL',
  limit: MAX_CRL_FILE_BYTES,
  derOf: derOfCrlFile,
  take: (der, name, { issuer, partition }, input) => {
    if (!issuer) throw withoutIssuer(input);
    const { crl, number } = takeCrl(der, name, issuer, partition);
    const thisUpdate = crl.thisUpdate.at;
    const nextUpdate = crl.nextUpdate?.at ?? '';
    const { count } = crl.revoked;
    return {
      ...{ der: crl.der, text: renderCrl(crl, MOST_IN_TEXT), spki: undefined },
      facts: { number: String(number), thisUpdate, nextUpdate, revoked: count },
      said: `The CRL "${input}" is signed by its CA: number ${number}, of ${thisUpdate}, until ${nextUpdate}; it lists ${count} ${count === 1 ? 'certificate' : 'certificates'}.`,
    };
  },
};

const ISSUED_LIST: Kind = {
  title: 'list of issued certificates',
  member: 'list',
  folder: 'inputs',
  suffix: '.pem',
  label: undefined,
  limit: MAX_ISSUED_BYTES,
  derOf: (file) => file,
  take: (der, name, { issuer }, input) => {
    if (!issuer) throw withoutIssuer(input);
    const issued = takeIssuedList(wholeOf(der), name, issuer);
    const [first, last] = [issued[0], issued.at(-1)].map((one) => one?.serial.hex ?? '');
    return {
      ...{ der, each: issued.map((one) => one.der), spki: undefined },
      text: issued.flatMap((one, index) => [`Certificate ${index + 1}`, ...renderDocument(one.der), '']),
      facts: { certificates: issued.length },
      said: `The list "${input}" has ${issued.length === 1 ? 'one certificate' : `${issued.length} certificates`}, signed by its CA: serial numbers ${first} to ${last}, in its order. Whether one is missing cannot be shown.`,
    };
  },
};

const REVOCATION_LIST: Kind = {
  title: 'revocation list',
  member: 'list',
  folder: 'inputs',
  suffix: '.csv',
  label: undefined,
  limit: MAX_LIST_BYTES,
  derOf: (file) => file,
  take: (file, name, { issuer, revocable }, input) => {
    if (!issuer || !revocable)
      throw new CeremonyError('HSM_OBJECT_MISSING', `the certificate of the CA of "${input}" is not there`);
    const revoked = takeRevocationList(file, name, revocable);
    const { length, unseen } = revoked;
    return {
      ...{ der: file, text: revokedLines(revoked), spki: undefined },
      facts: { revoked: length, ...(unseen === 0 ? {} : { unseen }) },
      said: saidOfList(input, length, unseen),
    };
  },
};

function saidOfList(input: string, length: number, unseen: number): string {
  if (length === 0) return `The list "${input}" revokes nothing.`;
  const what = length === 1 ? 'one certificate' : `${length} certificates`;
  if (unseen === 0) return `The list "${input}" revokes ${what}, which this CA has issued.`;
  const of = unseen === length ? 'THAT THIS CA HAS ISSUED THEM' : `THAT THIS CA HAS ISSUED ${unseen} OF THEM`;
  return `The list "${input}" revokes ${what}. ${of} IS SAID BY WHO BRINGS IT, and shown by nothing.`;
}

/** One by one, as far as the text of a pack has them. */
function* revokedLines(list: RevocationList): Generator<string> {
  let number = 0;
  for (const one of list) {
    if (++number > MOST_IN_TEXT) break;
    yield revokedWords(one);
  }
  const more = list.length - MOST_IN_TEXT;
  if (more > 0) yield `and ${more} more, which the list itself has`;
}

function withoutIssuer(input: string): CeremonyError {
  return new CeremonyError('HSM_OBJECT_MISSING', `the certificate that must have signed "${input}" is not there`);
}

function keyOf({ spki }: { readonly spki: SubjectPublicKeyInfo }, algorithm: KeyAlgorithmName) {
  return { spki, facts: { algorithm, spkiSha256: sha256(spki.der) } };
}

export function kindOf({ type }: Pick<PlannedInput, 'type'>): Kind {
  if (type === 'crl') return CRL;
  if (type === 'issued-list') return ISSUED_LIST;
  if (type === 'revocation-list') return REVOCATION_LIST;
  return type === 'certificate' ? CERTIFICATE : REQUEST;
}

/** Nothing is overwritten: where the step is done again, another file may lie on the medium. */
export function stemOf(input: string, { folder }: Kind, runs: number): string {
  return `${folder}/${input}${runs > 1 ? `.${runs}` : ''}`;
}

/** Where the certificate of that number (from 1) of a list lies: no input has a dot in its name. */
export function listedPath(stem: string, number: number): string {
  return `${stem}.${String(number).padStart(4, '0')}.crt`;
}

/** The files that it is kept as, the one that the record names first; of a list each certificate, too. */
export function* copiesOf(
  stem: string,
  { suffix, label }: Kind,
  { der, each = [], text }: Taken,
): Generator<readonly [path: string, bytes: Octets]> {
  yield [`${stem}${suffix}`, der];
  if (label !== undefined) yield [`${stem}.pem`, pemOctets(label, der)];
  for (const [index, certificate] of each.entries()) yield [listedPath(stem, index + 1), certificate];
  yield [`${stem}.txt`, Buffer.from(`${[...text].join('\n')}\n`)];
}

/** Whether it brings an RSA key. */
export function hasRsaKey({ facts }: Pick<Taken, 'facts'>): boolean {
  return String(facts['algorithm'] ?? '').startsWith('rsa-');
}

/** What follows from plan and content: the file itself may have been PEM. */
export function factsOf(
  input: string,
  planned: PlannedInput,
  stem: string,
  { facts }: Taken,
  plan: Pick<Plan, 'weakKeys'>,
): JsonObject {
  const { member, suffix } = kindOf(planned);
  const { on: medium, file } = planned;
  return { input, medium, file, [member]: `${stem}${suffix}`, ...facts, ...lookupFacts(plan, hasRsaKey({ facts })) };
}

/**
 * What arrives with its digest another way is the one that the authorization has it to be.
 * @throws CeremonyError REQUEST_REFERENCE
 */
export function holdToDigest(
  name: string,
  { sha256: independent }: PlannedInput,
  der: Octets,
  { references }: Pick<Authorization, 'references'>,
): void {
  if (independent === undefined) return;
  const reference = digestReference(name);
  const [found, named]: readonly (Sha256 | undefined)[] = [sha256(der), references.get(reference)];
  if (found === named) return;
  throw new CeremonyError(
    'REQUEST_REFERENCE',
    `"${name}" is ${found}, and the authorization names ${named ?? 'nothing'} as "${reference}"`,
    { hint: 'what is on the medium is not what was authorized: stop and find out whose it is' },
  );
}

/**
 * What must equal something of an earlier ceremony does, by the digest that the plan has of that.
 * @throws CeremonyError INPUT_OTHER
 */
export function holdToEqual(name: string, { mustEqual }: PlannedInput, der: Octets, plan: Pick<Plan, 'uses'>): void {
  if (mustEqual === undefined) return;
  const known = usedCrl(plan, mustEqual)?.sha256;
  const found = sha256(der);
  if (found === known) return;
  throw new CeremonyError(
    'INPUT_OTHER',
    `"${name}" is ${found}, and "${mustEqual}", which it must equal, is ${known ?? 'not there'}`,
    {
      hint: 'what is published is not what the last ceremony signed: find out who has signed it, and with what, before the key is used again',
    },
  );
}
