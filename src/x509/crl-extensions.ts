import { OID } from '../der/oid.ts';
import {
  type DerCursor,
  type DerNode,
  derOf,
  enter,
  expectTag,
  finish,
  refuse,
  takeAny,
  takeOptional,
} from '../der/reader.ts';
import { checkTree } from '../der/strict.ts';
import { contextConstructed, contextPrimitive, TAG, tagName } from '../der/tags.ts';
import { type DerTime, timeOf } from '../der/time.ts';
import { namedBits, smallInteger } from '../der/values.ts';
import { extensionValue } from './extension-value.ts';
import { listOf, takeFlag, wholeNumber } from './extensions.ts';
import { type GeneralName, readGeneralNames } from './general-name.ts';
import type { Extension } from './model.ts';

/** The extensions that CRLs carry and those that point to CRLs (RFC 5280 §4.2.1.13, §4.2.1.15, §5.2, §5.3), as in `extensions.ts`. */
type Extensions = readonly Extension[];

export type { Extensions as CrlExtensions };

/** RFC 5280 §4.2.1.13 ReasonFlags, by bit number; bit 0 is unused. */
const REASON_FLAGS = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const;
export type ReasonFlag = (typeof REASON_FLAGS)[number];

export interface DistributionPoint {
  readonly fullName: readonly GeneralName[] | undefined;
  /** DER of nameRelativeToCRLIssuer, tag [1] included. */
  readonly relativeName: Uint8Array | undefined;
  readonly reasons: readonly ReasonFlag[] | undefined;
  readonly crlIssuer: readonly GeneralName[] | undefined;
}

/** RFC 5280 §4.2.1.13 */
export function cRLDistributionPoints(extensions: Extensions): readonly DistributionPoint[] | undefined {
  return extensionValue(extensions, OID.cRLDistributionPoints, (node) =>
    listOf(node, 'cRLDistributionPoints', readPoint),
  );
}

/** RFC 5280 §4.2.1.15, §5.2.6 */
export function freshestCRL(extensions: Extensions): readonly DistributionPoint[] | undefined {
  return extensionValue(extensions, OID.freshestCRL, (node) => listOf(node, 'freshestCRL', readPoint));
}

function readPoint(node: DerNode): DistributionPoint {
  const cursor = enter(node, 'a distribution point');
  const name = takePointName(cursor);
  const reasons = takeReasons(cursor, 1, 'reasons');
  const crlIssuer = takeOptional(cursor, contextConstructed(2), 'cRLIssuer');
  finish(cursor, 'a distribution point');
  return { ...name, reasons, crlIssuer: crlIssuer && readGeneralNames(crlIssuer, 'cRLIssuer', contextConstructed(2)) };
}

function takePointName(cursor: DerCursor): Pick<DistributionPoint, 'fullName' | 'relativeName'> {
  const wrapper = takeOptional(cursor, contextConstructed(0), 'distributionPoint');
  if (!wrapper) return { fullName: undefined, relativeName: undefined };
  // DistributionPointName is a CHOICE, so [0] is EXPLICIT around [0] fullName or [1] nameRelativeToCRLIssuer.
  const inside = enter(wrapper, 'distributionPoint', contextConstructed(0));
  const choice = takeAny(inside, 'fullName or nameRelativeToCRLIssuer');
  finish(inside, 'distributionPoint');
  if (choice.tag === contextConstructed(0)) {
    return { fullName: readGeneralNames(choice, 'fullName', contextConstructed(0)), relativeName: undefined };
  }
  if (choice.tag !== contextConstructed(1)) {
    refuse(
      choice.source,
      choice.at,
      `expected fullName [0] or nameRelativeToCRLIssuer [1], found ${tagName(choice.tag)}`,
    );
  }
  checkTree(choice, 'nameRelativeToCRLIssuer');
  return { fullName: undefined, relativeName: derOf(choice) };
}

function takeReasons(cursor: DerCursor, number: number, what: string): readonly ReasonFlag[] | undefined {
  const node = takeOptional(cursor, contextPrimitive(number), what);
  if (!node) return undefined;
  return namedBits(node, what).map((bit) => {
    return (
      REASON_FLAGS[bit] ??
      refuse(node.source, node.contentAt, `expected bits 0 to ${REASON_FLAGS.length - 1} in ${what}, found ${bit}`)
    );
  });
}

export interface IssuingDistributionPoint {
  readonly fullName: readonly GeneralName[] | undefined;
  readonly relativeName: Uint8Array | undefined;
  readonly onlyContainsUserCerts: boolean;
  readonly onlyContainsCACerts: boolean;
  readonly onlySomeReasons: readonly ReasonFlag[] | undefined;
  readonly indirectCRL: boolean;
  readonly onlyContainsAttributeCerts: boolean;
}

/** RFC 5280 §5.2.5 */
export function issuingDistributionPoint(extensions: Extensions): IssuingDistributionPoint | undefined {
  return extensionValue(extensions, OID.issuingDistributionPoint, (node) => {
    const cursor = enter(node, 'issuingDistributionPoint');
    const point = {
      ...takePointName(cursor),
      onlyContainsUserCerts: takeFlag(cursor, contextPrimitive(1), 'onlyContainsUserCerts'),
      onlyContainsCACerts: takeFlag(cursor, contextPrimitive(2), 'onlyContainsCACerts'),
      onlySomeReasons: takeReasons(cursor, 3, 'onlySomeReasons'),
      indirectCRL: takeFlag(cursor, contextPrimitive(4), 'indirectCRL'),
      onlyContainsAttributeCerts: takeFlag(cursor, contextPrimitive(5), 'onlyContainsAttributeCerts'),
    };
    finish(cursor, 'issuingDistributionPoint');
    return point;
  });
}

/** RFC 5280 §5.2.3 */
export function cRLNumber(extensions: Extensions): bigint | undefined {
  return extensionValue(extensions, OID.cRLNumber, (node) => wholeNumber(node, 'cRLNumber'));
}

/** The number of the CRL that a delta CRL starts from (RFC 5280 §5.2.4). */
export function deltaCRLIndicator(extensions: Extensions): bigint | undefined {
  return extensionValue(extensions, OID.deltaCRLIndicator, (node) => wholeNumber(node, 'deltaCRLIndicator'));
}

/** RFC 5280 §5.3.1 CRLReason, by number; 7 is not used. */
export const CRL_REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;
export type CrlReason = Exclude<(typeof CRL_REASONS)[number], undefined>;

/** Of a CRL entry. RFC 5280 §5.3.1 */
export function reasonCode(extensions: Extensions): CrlReason | undefined {
  return extensionValue(extensions, OID.reasonCode, (node) => {
    const code = smallInteger(expectTag(node, TAG.enumerated, 'reasonCode'), 'reasonCode', CRL_REASONS.length - 1);
    return CRL_REASONS[code] ?? refuse(node.source, node.contentAt, `expected a reasonCode of RFC 5280, found ${code}`);
  });
}

/** Of a CRL entry: always GeneralizedTime. RFC 5280 §5.3.2 */
export function invalidityDate(extensions: Extensions): DerTime | undefined {
  return extensionValue(extensions, OID.invalidityDate, (node) =>
    timeOf(expectTag(node, TAG.generalizedTime, 'invalidityDate'), 'invalidityDate'),
  );
}

/** Of a CRL entry. RFC 5280 §5.3.3 */
export function certificateIssuer(extensions: Extensions): readonly GeneralName[] | undefined {
  return extensionValue(extensions, OID.certificateIssuer, (node) => readGeneralNames(node, 'certificateIssuer'));
}
