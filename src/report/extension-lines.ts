import { OID, oidName } from '../der/oid.ts';
import { hexOf } from '../der/values.ts';
import {
  cRLDistributionPoints,
  cRLNumber,
  type DistributionPoint,
  deltaCRLIndicator,
  freshestCRL,
  issuingDistributionPoint,
} from '../x509/crl-extensions.ts';
import {
  authorityInfoAccess,
  authorityKeyIdentifier,
  basicConstraints,
  extKeyUsage,
  keyUsage,
  ocspNoCheck,
  subjectAltName,
  subjectKeyIdentifier,
} from '../x509/extensions.ts';
import type { GeneralName } from '../x509/general-name.ts';
import type { Extension } from '../x509/model.ts';
import {
  certificatePolicies,
  type GeneralSubtree,
  inhibitAnyPolicy,
  nameConstraints,
  policyConstraints,
} from '../x509/policies.ts';
import { nameLines } from './name-lines.ts';

/** The value of an extension in lines of text: read where we know it, else its DER in hexadecimal. */
export function extensionLines(extension: Extension): string[] {
  const read = READERS.get(extension.oid);
  try {
    const lines = read?.([extension]);
    if (lines && lines.length > 0) return lines;
  } catch {
    return ['malformed', hexOf(extension.value)];
  }
  return [`DER ${hexOf(extension.value)}`];
}

export function oidTitle(oid: string): string {
  return oidName(oid) ?? oid;
}

type Reader = (extensions: readonly Extension[]) => string[] | undefined;

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  [
    OID.basicConstraints,
    (extensions) => {
      const value = basicConstraints(extensions);
      if (!value) return undefined;
      // Of what is no CA nobody asks how far it reaches; where it says so all the same, people see that.
      const reach = value.pathLength ?? (value.ca ? 'no limit' : undefined);
      return [`CA: ${value.ca ? 'TRUE' : 'FALSE'}`, ...(reach === undefined ? [] : [`path length: ${reach}`])];
    },
  ],
  [OID.keyUsage, (extensions) => one(keyUsage(extensions)?.names.join(', '))],
  [OID.subjectKeyIdentifier, (extensions) => one(bytes(subjectKeyIdentifier(extensions)))],
  [
    OID.authorityKeyIdentifier,
    (extensions) => {
      const value = authorityKeyIdentifier(extensions);
      return [
        ...some('key identifier', bytes(value?.keyIdentifier)),
        ...(value?.issuer ?? []).map((name) => `issuer ${generalName(name)}`),
        ...some('serial', value?.serial?.hex),
      ];
    },
  ],
  [OID.extKeyUsage, (extensions) => one(extKeyUsage(extensions)?.map(oidTitle).join(', '))],
  [OID.subjectAltName, (extensions) => subjectAltName(extensions)?.map(generalName)],
  [
    OID.authorityInfoAccess,
    (extensions) =>
      authorityInfoAccess(extensions)?.map((one) => `${oidTitle(one.method)}: ${generalName(one.location)}`),
  ],
  [OID.ocspNoCheck, (extensions) => (ocspNoCheck(extensions) ? ['present'] : undefined)],
  [OID.cRLDistributionPoints, (extensions) => cRLDistributionPoints(extensions)?.flatMap(pointLines)],
  [OID.freshestCRL, (extensions) => freshestCRL(extensions)?.flatMap(pointLines)],
  [OID.cRLNumber, (extensions) => one(numberText(cRLNumber(extensions)))],
  [OID.deltaCRLIndicator, (extensions) => one(numberText(deltaCRLIndicator(extensions)))],
  [
    OID.issuingDistributionPoint,
    (extensions) => {
      const point = issuingDistributionPoint(extensions);
      if (!point) return undefined;
      const flags = (
        ['onlyContainsUserCerts', 'onlyContainsCACerts', 'indirectCRL', 'onlyContainsAttributeCerts'] as const
      ).filter((flag) => point[flag]);
      return [
        ...(point.fullName ?? []).map(generalName),
        ...flags,
        ...some('reasons', point.onlySomeReasons?.join(', ')),
      ];
    },
  ],
  [
    OID.certificatePolicies,
    (extensions) =>
      certificatePolicies(extensions)?.map((policy) => {
        const qualifiers = policy.qualifiers
          ?.map((qualifier) => `${oidTitle(qualifier.oid)} ${hexOf(qualifier.der)}`)
          .join(', ');
        return `${oidName(policy.oid) ? `${oidName(policy.oid)} (${policy.oid})` : policy.oid}${qualifiers ? `; ${qualifiers}` : ''}`;
      }),
  ],
  [
    OID.policyConstraints,
    (extensions) => {
      const value = policyConstraints(extensions);
      return [
        ...some('require explicit policy', numberText(value?.requireExplicitPolicy)),
        ...some('inhibit policy mapping', numberText(value?.inhibitPolicyMapping)),
      ];
    },
  ],
  [OID.inhibitAnyPolicy, (extensions) => one(numberText(inhibitAnyPolicy(extensions)))],
  [
    OID.nameConstraints,
    (extensions) => {
      const value = nameConstraints(extensions);
      return [...subtrees('permitted', value?.permitted), ...subtrees('excluded', value?.excluded)];
    },
  ],
]);

function one(line: string | undefined): string[] | undefined {
  return line === undefined ? undefined : [line];
}

function some(label: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${label}: ${value}`];
}

function bytes(value: Uint8Array | undefined): string | undefined {
  return value && hexOf(value);
}

function numberText(value: number | bigint | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function generalName(name: GeneralName): string {
  return `${name.kind}: ${name.name ? nameLines(name.name).join(', ') : name.value}`;
}

function pointLines(point: DistributionPoint): string[] {
  return [
    ...(point.fullName ?? []).map(generalName),
    ...some('relative name', bytes(point.relativeName)),
    ...some('reasons', point.reasons?.join(', ')),
    ...(point.crlIssuer ?? []).map((name) => `CRL issuer ${generalName(name)}`),
  ];
}

function subtrees(what: string, list: readonly GeneralSubtree[] | undefined): string[] {
  return (list ?? []).map((subtree) => `${what} ${generalName(subtree.base)}`);
}
