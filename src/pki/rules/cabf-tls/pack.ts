import type { RulePack } from '../../rule.ts';
import { authorityInfoAccessForm } from './authority-info-access-form.ts';
import { authorityKeyIdentifierForm } from './authority-key-identifier-form.ts';
import { authorityKeyIdentifierPresent } from './authority-key-identifier-present.ts';
import { caCommonNamePresent } from './ca-common-name-present.ts';
import { caCountryNameAssigned } from './ca-country-name-assigned.ts';
import { caCountryNamePresent } from './ca-country-name-present.ts';
import { caOrganizationNamePresent } from './ca-organization-name-present.ts';
import { caOrganizationalUnitAbsent } from './ca-organizational-unit-absent.ts';
import { caOtherAttributesAbsent } from './ca-other-attributes-absent.ts';
import { crlAuthorityKeyIdentifierForm } from './crl-authority-key-identifier-form.ts';
import { crlDistributionPointsForm } from './crl-distribution-points-form.ts';
import { crlDistributionPointsNotCritical } from './crl-distribution-points-not-critical.ts';
import { crlDistributionPointsSingle } from './crl-distribution-points-single.ts';
import { crlEntriesUnchanged } from './crl-entries-unchanged.ts';
import { crlEntryOtherExtensionsAbsent } from './crl-entry-other-extensions-absent.ts';
import { crlIssuingDistributionPointAbsent } from './crl-issuing-distribution-point-absent.ts';
import { crlIssuingDistributionPointReasons } from './crl-issuing-distribution-point-reasons.ts';
import { crlIssuingDistributionPointScope } from './crl-issuing-distribution-point-scope.ts';
import { crlNotDelta } from './crl-not-delta.ts';
import { crlNotIndirect } from './crl-not-indirect.ts';
import { crlNumberRange } from './crl-number-range.ts';
import { crlOtherExtensionsAbsent } from './crl-other-extensions-absent.ts';
import { crlReasonNotCritical } from './crl-reason-not-critical.ts';
import { crlReasonPermitted } from './crl-reason-permitted.ts';
import { crlReasonPresent } from './crl-reason-present.ts';
import { crlSignatureAlgorithm } from './crl-signature-algorithm.ts';
import { crlSignatureAlgorithmFitsKey } from './crl-signature-algorithm-fits-key.ts';
import { crlSpan } from './crl-span.ts';
import { crlThisUpdatePast } from './crl-this-update-past.ts';
import { crossAnyPurposeAlone } from './cross-any-purpose-alone.ts';
import { crossExtendedKeyUsagePresent } from './cross-extended-key-usage-present.ts';
import { crossExtendedKeyUsageRestricted } from './cross-extended-key-usage-restricted.ts';
import { crossKeyIdentical } from './cross-key-identical.ts';
import { crossNotBefore } from './cross-not-before.ts';
import { crossSubjectIdentical } from './cross-subject-identical.ts';
import { crossTlsPurposes } from './cross-tls-purposes.ts';
import { issuerNameIdentical } from './issuer-name-identical.ts';
import { keyUsageCritical } from './key-usage-critical.ts';
import { keyUsagePermitted } from './key-usage-permitted.ts';
import { keyUsageRequired } from './key-usage-required.ts';
import { nameConstraintsComplete } from './name-constraints-complete.ts';
import { nameConstraintsKinds } from './name-constraints-kinds.ts';
import { nameDistinct } from './name-distinct.ts';
import { nameEncoding } from './name-encoding.ts';
import { nameLength } from './name-length.ts';
import { nameOrder } from './name-order.ts';
import { nameSingleAttribute } from './name-single-attribute.ts';
import { notAfterFuture } from './not-after-future.ts';
import { notBeforeWindow } from './not-before-window.ts';
import { ocspReasonPresent } from './ocsp-reason-present.ts';
import { ocspSpan } from './ocsp-span.ts';
import { policiesAnyAffiliated } from './policies-any-affiliated.ts';
import { policiesForm } from './policies-form.ts';
import { policiesQualifiersAbsent } from './policies-qualifiers-absent.ts';
import { policiesQualifiersPermitted } from './policies-qualifiers-permitted.ts';
import { policiesReservedFirst } from './policies-reserved-first.ts';
import { publicKeyAlgorithm } from './public-key-algorithm.ts';
import { publicKeyQuality } from './public-key-quality.ts';
import { responderBasicConstraints } from './responder-basic-constraints.ts';
import { responderExtensionsAbsent } from './responder-extensions-absent.ts';
import { responderInfoAccessForm } from './responder-info-access-form.ts';
import { responderKeyUsage } from './responder-key-usage.ts';
import { responderNoCheck } from './responder-no-check.ts';
import { responderOtherExtensionsAbsent } from './responder-other-extensions-absent.ts';
import { responderPurpose } from './responder-purpose.ts';
import { rootAuthorityKeyIdentifierPresent } from './root-authority-key-identifier-present.ts';
import { rootCrlDistributionPointsAbsent } from './root-crl-distribution-points-absent.ts';
import { rootExtendedKeyUsageAbsent } from './root-extended-key-usage-absent.ts';
import { rootNotBefore } from './root-not-before.ts';
import { rootOtherExtensionsAbsent } from './root-other-extensions-absent.ts';
import { rootPathLengthAbsent } from './root-path-length-absent.ts';
import { rootPoliciesAbsent } from './root-policies-absent.ts';
import { rootSelfIssued } from './root-self-issued.ts';
import { rootValidity } from './root-validity.ts';
import { rsaClosePrimes } from './rsa-close-primes.ts';
import { rsaRoca } from './rsa-roca.ts';
import { serialEntropy } from './serial-entropy.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';
import { signatureAlgorithmFitsKey } from './signature-algorithm-fits-key.ts';
import { subordinateAuthorityInfoAccessPresent } from './subordinate-authority-info-access-present.ts';
import { subordinateCrlDistributionPointsPresent } from './subordinate-crl-distribution-points-present.ts';
import { subordinateExtendedKeyUsagePresent } from './subordinate-extended-key-usage-present.ts';
import { subordinateExtensionsNotCritical } from './subordinate-extensions-not-critical.ts';
import { subordinateOtherExtensionsAbsent } from './subordinate-other-extensions-absent.ts';
import { subordinateOtherPolicies } from './subordinate-other-policies.ts';
import { subordinateOtherPurposes } from './subordinate-other-purposes.ts';
import { subordinateOtherPurposesSingle } from './subordinate-other-purposes-single.ts';
import { subordinatePoliciesPresent } from './subordinate-policies-present.ts';
import { subordinateTlsPurposes } from './subordinate-tls-purposes.ts';
import { subordinateTlsPurposesOthers } from './subordinate-tls-purposes-others.ts';

/** Sorted by id; each rule is a file of this folder. */
export const cabfTls: RulePack = {
  name: 'cabf-tls',
  version: '2.2.6',
  title: 'CA/Browser Forum TLS Baseline Requirements',
  needs: ['rfc5280'],
  rules: [
    authorityInfoAccessForm,
    authorityKeyIdentifierForm,
    authorityKeyIdentifierPresent,
    caCommonNamePresent,
    caCountryNameAssigned,
    caCountryNamePresent,
    caOrganizationNamePresent,
    caOrganizationalUnitAbsent,
    caOtherAttributesAbsent,
    crlAuthorityKeyIdentifierForm,
    crlDistributionPointsForm,
    crlDistributionPointsNotCritical,
    crlDistributionPointsSingle,
    crlEntriesUnchanged,
    crlEntryOtherExtensionsAbsent,
    crlIssuingDistributionPointAbsent,
    crlIssuingDistributionPointReasons,
    crlIssuingDistributionPointScope,
    crlNotDelta,
    crlNotIndirect,
    crlNumberRange,
    crlOtherExtensionsAbsent,
    crlReasonNotCritical,
    crlReasonPermitted,
    crlReasonPresent,
    crlSignatureAlgorithm,
    crlSignatureAlgorithmFitsKey,
    crlSpan,
    crlThisUpdatePast,
    crossAnyPurposeAlone,
    crossExtendedKeyUsagePresent,
    crossExtendedKeyUsageRestricted,
    crossKeyIdentical,
    crossNotBefore,
    crossSubjectIdentical,
    crossTlsPurposes,
    issuerNameIdentical,
    keyUsageCritical,
    keyUsagePermitted,
    keyUsageRequired,
    nameConstraintsComplete,
    nameConstraintsKinds,
    nameDistinct,
    nameEncoding,
    nameLength,
    nameOrder,
    nameSingleAttribute,
    notAfterFuture,
    notBeforeWindow,
    ocspReasonPresent,
    ocspSpan,
    policiesAnyAffiliated,
    policiesForm,
    policiesQualifiersAbsent,
    policiesQualifiersPermitted,
    policiesReservedFirst,
    publicKeyAlgorithm,
    publicKeyQuality,
    responderBasicConstraints,
    responderExtensionsAbsent,
    responderInfoAccessForm,
    responderKeyUsage,
    responderNoCheck,
    responderOtherExtensionsAbsent,
    responderPurpose,
    rootAuthorityKeyIdentifierPresent,
    rootCrlDistributionPointsAbsent,
    rootExtendedKeyUsageAbsent,
    rootNotBefore,
    rootOtherExtensionsAbsent,
    rootPathLengthAbsent,
    rootPoliciesAbsent,
    rootSelfIssued,
    rootValidity,
    rsaClosePrimes,
    rsaRoca,
    serialEntropy,
    signatureAlgorithm,
    signatureAlgorithmFitsKey,
    subordinateAuthorityInfoAccessPresent,
    subordinateCrlDistributionPointsPresent,
    subordinateExtendedKeyUsagePresent,
    subordinateExtensionsNotCritical,
    subordinateOtherExtensionsAbsent,
    subordinateOtherPolicies,
    subordinateOtherPurposes,
    subordinateOtherPurposesSingle,
    subordinatePoliciesPresent,
    subordinateTlsPurposes,
    subordinateTlsPurposesOthers,
  ],
};
