import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { hexOf } from '../der/values.ts';
import {
  certificateIssuer,
  cRLDistributionPoints,
  cRLNumber,
  type DistributionPoint,
  deltaCRLIndicator,
  freshestCRL,
  invalidityDate,
  issuingDistributionPoint,
  reasonCode,
} from './crl-extensions.ts';
import {
  type AccessDescription,
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  extKeyUsage,
  issuerAltName,
  keyUsage,
  ocspNoCheck,
  subjectAltName,
  subjectInfoAccess,
  subjectKeyIdentifier,
} from './extensions.ts';
import { type Field, groupedHex } from './layout.ts';
import type { Extension } from './model.ts';
import { each, field, generalNames, limit, listed, oidText, type Renderer } from './render-fields.ts';
import { POLICY_RENDERERS } from './render-policies.ts';

function* points(depth: number, list: readonly DistributionPoint[]): Generator<Field> {
  for (const point of list) {
    yield field(depth, 'distribution point');
    yield* pointName(depth + 1, point);
    if (point.reasons) yield field(depth + 1, 'reasons', listed(point.reasons));
    yield* generalNames(depth + 1, point.crlIssuer, 'CRL issuer');
  }
}

function* pointName(depth: number, point: Pick<DistributionPoint, 'fullName' | 'relativeName'>): Generator<Field> {
  yield* generalNames(depth, point.fullName);
  if (point.relativeName) yield field(depth, 'relative to the issuer', groupedHex(point.relativeName));
}

function* accesses(depth: number, list: readonly AccessDescription[]): Generator<Field> {
  for (const { method, location } of list) {
    yield field(depth, oidText(method));
    yield* generalNames(depth + 1, [location]);
  }
}

const RENDERERS: ReadonlyMap<string, Renderer> = new Map<string, Renderer>([
  [
    OID.basicConstraints,
    each(basicConstraints, (depth, { ca, pathLength }) => [
      field(depth, 'CA', ca ? 'yes' : 'no'),
      ...(ca || pathLength !== undefined ? [field(depth, 'path length', limit(pathLength))] : []),
    ]),
  ],
  [OID.keyUsage, each(keyUsage, (depth, { names }) => [field(depth, 'allowed', listed(names))])],
  [
    OID.subjectKeyIdentifier,
    each(subjectKeyIdentifier, (depth, bytes) => [field(depth, 'key identifier', groupedHex(bytes))]),
  ],
  [
    OID.authorityKeyIdentifier,
    each(authorityKeyIdentifier, function* (depth, { keyIdentifier, issuer, serial }) {
      if (keyIdentifier) yield field(depth, 'key identifier', groupedHex(keyIdentifier));
      yield* generalNames(depth, issuer, 'issuer');
      if (serial) yield field(depth, 'serial number', groupedHex(serial.bytes));
    }),
  ],
  [
    OID.extKeyUsage,
    each(extKeyUsage, (depth, purposes) => purposes.map((purpose) => field(depth, 'purpose', oidText(purpose)))),
  ],
  [OID.subjectAltName, each(subjectAltName, (depth, names) => generalNames(depth, names))],
  [OID.issuerAltName, each(issuerAltName, (depth, names) => generalNames(depth, names))],
  [OID.certificateIssuer, each(certificateIssuer, (depth, names) => generalNames(depth, names))],
  [OID.authorityInfoAccess, each(authorityInfoAccess, accesses)],
  [OID.subjectInfoAccess, each(subjectInfoAccess, accesses)],
  [OID.ocspNoCheck, each(ocspNoCheck, () => [])],
  [OID.cRLDistributionPoints, each(cRLDistributionPoints, points)],
  [OID.freshestCRL, each(freshestCRL, points)],
  ...POLICY_RENDERERS,
  [OID.cRLNumber, each(cRLNumber, (depth, number) => [field(depth, 'number', String(number))])],
  [
    OID.deltaCRLIndicator,
    each(deltaCRLIndicator, (depth, number) => [field(depth, 'base CRL number', String(number))]),
  ],
  [
    OID.issuingDistributionPoint,
    each(issuingDistributionPoint, function* (depth, point) {
      yield* pointName(depth, point);
      for (const flag of [
        'onlyContainsUserCerts',
        'onlyContainsCACerts',
        'indirectCRL',
        'onlyContainsAttributeCerts',
      ] as const) {
        if (point[flag]) yield field(depth, flag, 'yes');
      }
      if (point.onlySomeReasons) yield field(depth, 'onlySomeReasons', listed(point.onlySomeReasons));
    }),
  ],
  [OID.reasonCode, each(reasonCode, (depth, reason) => [field(depth, 'reason', reason)])],
  [OID.invalidityDate, each(invalidityDate, (depth, date) => [field(depth, 'invalid since', date.at)])],
]);

/**
 * Every extension, in order, with its criticality. One that is unknown here is shown by its identifier and bytes;
 * one that cannot be read is shown by what is wrong and its bytes.
 */
export function* extensionFields(depth: number, extensions: readonly Extension[]): Generator<Field> {
  for (const extension of extensions) {
    const { oid, critical, criticalEncoded, value } = extension;
    const marks = critical ? ', critical' : criticalEncoded ? ', not critical (and says so)' : '';
    yield field(depth, `${oidText(oid)}${marks}`);
    yield* valueFields(depth + 1, extension, RENDERERS.get(oid), value);
  }
}

function valueFields(depth: number, extension: Extension, renderer: Renderer | undefined, value: Uint8Array): Field[] {
  const bytes = field(depth, 'bytes', groupedHex(value));
  if (!renderer) return [field(depth, 'unknown to this program'), bytes];
  try {
    // Alone, so that a repeated extension is shown each time it stands there.
    const fields = [...renderer(depth, [extension])];
    return fields.length > 0 ? fields : [field(depth, 'value', hexOf(value) === '0500' ? 'present' : '(nothing)')];
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return [field(depth, 'NOT READABLE', error.message), bytes];
  }
}
