import type { JsonObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { KeyAlgorithmName } from '../pki/algorithms.ts';
import { derOfCertificateFile, isSelfIssued, takeCaCertificate } from '../pki/certificate-intake.ts';
import { type PemLabel, pemOf } from '../pki/pem.ts';
import { derOfRequestFile, type Expected, takeRequest } from '../pki/request-intake.ts';
import { digestReference } from '../plan/inputs.ts';
import type { PlannedInput } from '../plan/plan.ts';
import type { Authorization } from '../quorum/authorization.ts';
import type { SubjectPublicKeyInfo } from '../x509/model.ts';
import { renderDocument } from '../x509/render.ts';
import { renderRequest } from '../x509/render-request.ts';

/*
 * What comes in on a medium, by its type: how its file is read, by what it is judged, and where in the pack it lies.
 */

/** One that was read and judged. */
export interface Taken {
  readonly der: Uint8Array;
  readonly spki: SubjectPublicKeyInfo;
  readonly algorithm: KeyAlgorithmName;
  /** Lines for people. */
  readonly text: Iterable<string>;
  /** Whether its owner has shown by a signature to have the key. */
  readonly proven: boolean;
}

interface Kind {
  /** What people call it, and the record: the member whose value is its path. */
  readonly title: string;
  readonly member: 'request' | 'certificate';
  readonly folder: string;
  readonly suffix: string;
  readonly label: PemLabel;
  /** @throws CeremonyError FILE_TOO_LARGE, DER_INVALID */
  readonly derOf: (file: Uint8Array, name: string) => Uint8Array;
  /** @throws CeremonyError by what speaks against it */
  readonly take: (der: Uint8Array, name: string, expected: Expected) => Taken;
}

const REQUEST: Kind = {
  title: 'certificate request',
  member: 'request',
  folder: 'requests',
  suffix: '.csr',
  label: 'CERTIFICATE REQUEST',
  derOf: derOfRequestFile,
  take: (der, name, expected) => {
    const { request, algorithm } = takeRequest(der, name, expected);
    return { der: request.der, spki: request.spki, algorithm, text: renderRequest(request), proven: true };
  },
};

const CERTIFICATE: Kind = {
  title: 'certificate',
  member: 'certificate',
  folder: 'inputs',
  suffix: '.crt',
  label: 'CERTIFICATE',
  derOf: derOfCertificateFile,
  take: (der, name, expected) => {
    const { certificate, algorithm } = takeCaCertificate(der, name, expected);
    const { spki } = certificate;
    return { der: certificate.der, spki, algorithm, text: renderDocument(der), proven: isSelfIssued(certificate) };
  },
};

export function kindOf({ type }: Pick<PlannedInput, 'type'>): Kind {
  return type === 'certificate' ? CERTIFICATE : REQUEST;
}

/** Nothing is overwritten: where the step is done again, another file may lie on the medium. */
export function stemOf(input: string, { folder }: Kind, runs: number): string {
  return `${folder}/${input}${runs > 1 ? `.${runs}` : ''}`;
}

/** The files that it is kept as, its DER first. */
export function copiesOf(
  stem: string,
  { suffix, label }: Kind,
  { der, text }: Taken,
): readonly (readonly [path: string, bytes: Uint8Array])[] {
  return [
    [`${stem}${suffix}`, der],
    [`${stem}.pem`, Buffer.from(pemOf(label, der))],
    [`${stem}.txt`, Buffer.from(`${[...text].join('\n')}\n`)],
  ];
}

/** What follows from plan and content: the file itself may have been PEM. */
export function factsOf(input: string, planned: PlannedInput, stem: string, { spki, algorithm }: Taken): JsonObject {
  const { member, suffix } = kindOf(planned);
  const { on: medium, file } = planned;
  return { input, medium, file, [member]: `${stem}${suffix}`, algorithm, spkiSha256: sha256(spki.der) };
}

/**
 * A certificate whose digest arrives another way is the one that the authorization has it to be.
 * @throws CeremonyError REQUEST_REFERENCE
 */
export function holdToDigest(
  name: string,
  { sha256: independent }: PlannedInput,
  der: Uint8Array,
  { references }: Pick<Authorization, 'references'>,
): void {
  if (independent === undefined) return;
  const reference = digestReference(name);
  const [found, named]: readonly (Sha256 | undefined)[] = [sha256(der), references.get(reference)];
  if (found === named) return;
  throw new CeremonyError(
    'REQUEST_REFERENCE',
    `"${name}" is ${found}, and the authorization names ${named ?? 'nothing'} as "${reference}"`,
    { hint: 'the certificate on the medium is not the one that was authorized: stop and find out whose it is' },
  );
}
