import { OID } from '../der/oid.ts';
import {
  atEnd,
  childrenOf,
  type DerNode,
  derOf,
  enter,
  expectTag,
  finish,
  readDer,
  refuse,
  take,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { checkTree } from '../der/strict.ts';
import { contextConstructed, contextPrimitive, TAG, tagName } from '../der/tags.ts';
import { oidOf, smallInteger, textOf } from '../der/values.ts';
import { extensionValue } from './extension-value.ts';
import { listOf, wholeNumber } from './extensions.ts';
import { type GeneralName, readGeneralName } from './general-name.ts';
import type { Extension } from './model.ts';

/** The extensions about policies and names (RFC 5280 §4.2.1.4, .5, .10, .11, .14), as in `extensions.ts`. */
type Extensions = readonly Extension[];

/** Larger than any chain of certificates. */
const MAX_CERTIFICATES = 0xffff;

export interface PolicyQualifier {
  readonly oid: string;
  /** DER of the qualifier itself, checked but not read. */
  readonly der: Uint8Array;
}

export interface PolicyInformation {
  readonly oid: string;
  /** Whether the field is there: BR §7.1.2 asks for its absence. */
  readonly qualifiers: readonly PolicyQualifier[] | undefined;
}

/** RFC 5280 §4.2.1.4, in order. */
export function certificatePolicies(extensions: Extensions): readonly PolicyInformation[] | undefined {
  return extensionValue(extensions, OID.certificatePolicies, (node) => listOf(node, 'certificatePolicies', readPolicy));
}

function readPolicy(node: DerNode): PolicyInformation {
  const cursor = enter(node, 'a policy');
  const oid = oidOf(take(cursor, TAG.oid, 'policyIdentifier'), 'policyIdentifier');
  const qualifiers = takeOptional(cursor, TAG.sequence, 'policyQualifiers');
  finish(cursor, 'a policy');
  return { oid, qualifiers: qualifiers && listOf(qualifiers, 'policyQualifiers', readQualifier) };
}

function readQualifier(node: DerNode): PolicyQualifier {
  const cursor = enter(node, 'a policy qualifier');
  const oid = oidOf(take(cursor, TAG.oid, 'policyQualifierId'), 'policyQualifierId');
  const value = takeAny(cursor, 'qualifier');
  checkTree(value, 'qualifier');
  finish(cursor, 'a policy qualifier');
  return { oid, der: derOf(value) };
}

export interface UserNotice {
  /** Whose notice it is, where it is given by number; else undefined. */
  readonly organization: string | undefined;
  readonly numbers: readonly string[];
  /** Foreign text; undefined where there is none. */
  readonly text: string | undefined;
}

/** What a qualifier id-qt-unotice says. RFC 5280 §4.2.1.4 @throws CeremonyError DER_INVALID */
export function userNotice({ der }: PolicyQualifier): UserNotice {
  const cursor = enter(readDer(der, 'userNotice'), 'userNotice');
  const reference = takeOptional(cursor, TAG.sequence, 'noticeRef');
  const noticeRef = reference && readReference(reference);
  const text = atEnd(cursor) ? undefined : displayText(takeAny(cursor, 'explicitText'), 'explicitText');
  finish(cursor, 'userNotice');
  return { organization: noticeRef?.organization, numbers: noticeRef?.numbers ?? [], text };
}

function readReference(node: DerNode): { readonly organization: string; readonly numbers: readonly string[] } {
  const cursor = enter(node, 'noticeRef');
  const organization = displayText(takeAny(cursor, 'organization'), 'organization');
  const numbers = childrenOf(take(cursor, TAG.sequence, 'noticeNumbers'), 'noticeNumbers');
  finish(cursor, 'noticeRef');
  return { organization, numbers: numbers.map((number) => String(wholeNumber(number, 'a notice number'))) };
}

const DISPLAY_TEXT: readonly number[] = [TAG.utf8String, TAG.ia5String, TAG.visibleString, TAG.bmpString];

function displayText(node: DerNode, what: string): string {
  if (!DISPLAY_TEXT.includes(node.tag)) {
    refuse(node.source, node.at, `expected a UTF8, IA5, Visible or BMP string for ${what}, found ${tagName(node.tag)}`);
  }
  return textOf(node, what);
}

export interface PolicyMapping {
  readonly issuer: string;
  readonly subject: string;
}

/** RFC 5280 §4.2.1.5 */
export function policyMappings(extensions: Extensions): readonly PolicyMapping[] | undefined {
  return extensionValue(extensions, OID.policyMappings, (node) =>
    listOf(node, 'policyMappings', (mapping) => {
      const cursor = enter(mapping, 'a policy mapping');
      const issuer = oidOf(take(cursor, TAG.oid, 'issuerDomainPolicy'), 'issuerDomainPolicy');
      const subject = oidOf(take(cursor, TAG.oid, 'subjectDomainPolicy'), 'subjectDomainPolicy');
      finish(cursor, 'a policy mapping');
      return { issuer, subject };
    }),
  );
}

export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

/** RFC 5280 §4.2.1.11; both fields may be absent here, which is a fault for a linter. */
export function policyConstraints(extensions: Extensions): PolicyConstraints | undefined {
  return extensionValue(extensions, OID.policyConstraints, (node) => {
    const cursor = enter(node, 'policyConstraints');
    const explicit = takeOptional(cursor, contextPrimitive(0), 'requireExplicitPolicy');
    const mapping = takeOptional(cursor, contextPrimitive(1), 'inhibitPolicyMapping');
    finish(cursor, 'policyConstraints');
    return {
      requireExplicitPolicy: explicit && smallInteger(explicit, 'requireExplicitPolicy', MAX_CERTIFICATES),
      inhibitPolicyMapping: mapping && smallInteger(mapping, 'inhibitPolicyMapping', MAX_CERTIFICATES),
    };
  });
}

/** RFC 5280 §4.2.1.14 */
export function inhibitAnyPolicy(extensions: Extensions): number | undefined {
  return extensionValue(extensions, OID.inhibitAnyPolicy, (node) =>
    smallInteger(expectTag(node, TAG.integer, 'inhibitAnyPolicy'), 'inhibitAnyPolicy', MAX_CERTIFICATES),
  );
}

export interface GeneralSubtree {
  readonly base: GeneralName;
  readonly minimum: number;
  readonly maximum: number | undefined;
}

export interface NameConstraints {
  readonly permitted: readonly GeneralSubtree[] | undefined;
  readonly excluded: readonly GeneralSubtree[] | undefined;
}

/** RFC 5280 §4.2.1.10; both fields may be absent here, which is a fault for a linter. */
export function nameConstraints(extensions: Extensions): NameConstraints | undefined {
  return extensionValue(extensions, OID.nameConstraints, (node) => {
    const cursor = enter(node, 'nameConstraints');
    const permitted = takeOptional(cursor, contextConstructed(0), 'permittedSubtrees');
    const excluded = takeOptional(cursor, contextConstructed(1), 'excludedSubtrees');
    finish(cursor, 'nameConstraints');
    return {
      permitted: permitted && listOf(permitted, 'permittedSubtrees', readSubtree, contextConstructed(0)),
      excluded: excluded && listOf(excluded, 'excludedSubtrees', readSubtree, contextConstructed(1)),
    };
  });
}

function readSubtree(node: DerNode): GeneralSubtree {
  const cursor = enter(node, 'a subtree');
  const base = readGeneralName(takeAny(cursor, 'base'), 'base');
  const minimumNode = takeOptional(cursor, contextPrimitive(0), 'minimum');
  const minimum = minimumNode ? smallInteger(minimumNode, 'minimum', 0xffff) : 0;
  if (minimumNode && minimum === 0)
    refuse(minimumNode.source, minimumNode.at, 'expected no minimum field, found the default one (0)');
  const maximum = takeOptional(cursor, contextPrimitive(1), 'maximum');
  finish(cursor, 'a subtree');
  return { base, minimum, maximum: maximum && smallInteger(maximum, 'maximum', 0xffff) };
}
