import { CeremonyError } from '../base/errors.ts';
import { OID, oidName } from '../der/oid.ts';
import { readDer } from '../der/reader.ts';
import { TAG, tagName } from '../der/tags.ts';
import { hexOf, textOf } from '../der/values.ts';
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
import type { GeneralName } from './general-name.ts';
import { type Field, groupedHex, quoteForeign } from './layout.ts';
import type { Extension, Name } from './model.ts';
import {
  certificatePolicies,
  inhibitAnyPolicy,
  nameConstraints,
  type PolicyQualifier,
  policyConstraints,
  policyMappings,
} from './policies.ts';

/** Builds fields at one depth. */
function field(depth: number, label: string, value?: string): Field {
  return { depth, label, value };
}

/** Name and number of an identifier; the number alone where it has no name here. */
export function oidText(oid: string): string {
  const name = oidName(oid);
  return name ? `${name} (${oid})` : oid;
}

/** Each attribute with its string type; those of one RDN are joined by a plus sign. */
export function* nameFields(depth: number, label: string, name: Name): Generator<Field> {
  yield field(depth, label, name.attributes.length === 0 ? '(empty)' : undefined);
  let previous = -1;
  for (const { oid, tag, value, rdn } of name.attributes) {
    const type = tag === TAG.utf8String ? '' : ` (${tagName(tag)})`;
    yield field(depth + 1, `${rdn === previous ? '+ ' : ''}${oidName(oid) ?? oid}`, `${quoteForeign(value)}${type}`);
    previous = rdn;
  }
}

function* generalNames(depth: number, names: readonly GeneralName[] | undefined, label?: string): Generator<Field> {
  for (const { kind, value, name } of names ?? []) {
    const short = kind === 'uniformResourceIdentifier' ? 'URI' : kind;
    const title = label ? `${label}: ${short}` : short;
    if (name) yield* nameFields(depth, title, name);
    else yield field(depth, title, quoteForeign(value));
  }
}

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

function listed(values: readonly string[]): string {
  return values.length === 0 ? '(none)' : values.join(', ');
}

/** A URI as text (RFC 5280 §4.2.1.4 CPSuri), anything else as bytes. */
function qualifierText({ oid, der }: PolicyQualifier): string {
  const node = readDer(der, 'qualifier');
  return oid === OID.cps && node.tag === TAG.ia5String ? quoteForeign(textOf(node, 'qualifier')) : groupedHex(der);
}

function limit(value: number | undefined): string {
  return value === undefined ? '(no limit)' : String(value);
}

type Renderer = (depth: number, extensions: readonly Extension[]) => Iterable<Field>;

/** One field for each value of a list. */
function each<T>(
  read: (extensions: readonly Extension[]) => T,
  show: (depth: number, value: NonNullable<T>) => Iterable<Field>,
): Renderer {
  return (depth, extensions) => {
    const value = read(extensions);
    return value === undefined || value === null ? [] : show(depth, value);
  };
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
  [
    OID.certificatePolicies,
    each(certificatePolicies, function* (depth, policies) {
      for (const { oid, qualifiers } of policies) {
        yield field(depth, 'policy', oidText(oid));
        for (const qualifier of qualifiers ?? [])
          yield field(depth + 1, oidText(qualifier.oid), qualifierText(qualifier));
      }
    }),
  ],
  [
    OID.policyMappings,
    each(policyMappings, (depth, mappings) =>
      mappings.map(({ issuer, subject }) => field(depth, 'mapping', `${oidText(issuer)} is ${oidText(subject)}`)),
    ),
  ],
  [
    OID.policyConstraints,
    each(policyConstraints, (depth, { requireExplicitPolicy, inhibitPolicyMapping }) => [
      field(depth, 'require explicit policy', limit(requireExplicitPolicy)),
      field(depth, 'inhibit policy mapping', limit(inhibitPolicyMapping)),
    ]),
  ],
  [OID.inhibitAnyPolicy, each(inhibitAnyPolicy, (depth, skip) => [field(depth, 'certificates to skip', String(skip))])],
  [
    OID.nameConstraints,
    each(nameConstraints, function* (depth, constraints) {
      for (const [title, subtrees] of [
        ['permitted', constraints.permitted],
        ['excluded', constraints.excluded],
      ] as const) {
        for (const { base, minimum, maximum } of subtrees ?? []) {
          yield* generalNames(depth, [base], title);
          if (minimum !== 0 || maximum !== undefined)
            yield field(depth + 1, 'distance', `${minimum} to ${maximum ?? 'any'}`);
        }
      }
    }),
  ],
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
