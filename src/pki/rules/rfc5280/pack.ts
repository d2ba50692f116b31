import type { RulePack } from '../../rule.ts';
import { authorityInfoAccessNotCritical } from './authority-info-access-not-critical.ts';
import { authorityKeyIdentifierMatches } from './authority-key-identifier-matches.ts';
import { authorityKeyIdentifierNotCritical } from './authority-key-identifier-not-critical.ts';
import { authorityKeyIdentifierPair } from './authority-key-identifier-pair.ts';
import { authorityKeyIdentifierPresent } from './authority-key-identifier-present.ts';
import { basicConstraintsCritical } from './basic-constraints-critical.ts';
import { basicConstraintsPresent } from './basic-constraints-present.ts';
import { caExtensionsInCaOnly } from './ca-extensions-in-ca-only.ts';
import { certificateDer } from './certificate-der.ts';
import { countryNameForm } from './country-name-form.ts';
import { crlAuthorityKeyIdentifierMatches } from './crl-authority-key-identifier-matches.ts';
import { crlAuthorityKeyIdentifierNotCritical } from './crl-authority-key-identifier-not-critical.ts';
import { crlAuthorityKeyIdentifierPresent } from './crl-authority-key-identifier-present.ts';
import { crlDeltaBase } from './crl-delta-base.ts';
import { crlDeltaChangesListed } from './crl-delta-changes-listed.ts';
import { crlDeltaFreshestAbsent } from './crl-delta-freshest-absent.ts';
import { crlDeltaIndicatorCritical } from './crl-delta-indicator-critical.ts';
import { crlDeltaRemovalOfHold } from './crl-delta-removal-of-hold.ts';
import { crlDer } from './crl-der.ts';
import { crlDistributionPointsAllReasons } from './crl-distribution-points-all-reasons.ts';
import { crlDistributionPointsNamed } from './crl-distribution-points-named.ts';
import { crlDistributionPointsNotCritical } from './crl-distribution-points-not-critical.ts';
import { crlDistributionPointsReachable } from './crl-distribution-points-reachable.ts';
import { crlEntriesKept } from './crl-entries-kept.ts';
import { crlEntryExtensionDuplicate } from './crl-entry-extension-duplicate.ts';
import { crlEntryExtensionValues } from './crl-entry-extension-values.ts';
import { crlEntryExtensionsNotEmpty } from './crl-entry-extensions-not-empty.ts';
import { crlEntryNotFuture } from './crl-entry-not-future.ts';
import { crlEntryTimeEncoding } from './crl-entry-time-encoding.ts';
import { crlExtensionDefaultOmitted } from './crl-extension-default-omitted.ts';
import { crlExtensionDuplicate } from './crl-extension-duplicate.ts';
import { crlExtensionUnknownCritical } from './crl-extension-unknown-critical.ts';
import { crlExtensionValues } from './crl-extension-values.ts';
import { crlExtensionsNotEmpty } from './crl-extensions-not-empty.ts';
import { crlFreshestForm } from './crl-freshest-form.ts';
import { crlFreshestNotCritical } from './crl-freshest-not-critical.ts';
import { crlIssuerMatches } from './crl-issuer-matches.ts';
import { crlIssuerMaySign } from './crl-issuer-may-sign.ts';
import { crlIssuerPresent } from './crl-issuer-present.ts';
import { crlIssuingDistributionPointCritical } from './crl-issuing-distribution-point-critical.ts';
import { crlIssuingDistributionPointForm } from './crl-issuing-distribution-point-form.ts';
import { crlNextUpdatePresent } from './crl-next-update-present.ts';
import { crlNumberIncreases } from './crl-number-increases.ts';
import { crlNumberLength } from './crl-number-length.ts';
import { crlNumberNotCritical } from './crl-number-not-critical.ts';
import { crlNumberPresent } from './crl-number-present.ts';
import { crlReasonNotRemoval } from './crl-reason-not-removal.ts';
import { crlReasonSpecified } from './crl-reason-specified.ts';
import { crlRevokedNotEmpty } from './crl-revoked-not-empty.ts';
import { crlScopeKept } from './crl-scope-kept.ts';
import { crlSerialDistinct } from './crl-serial-distinct.ts';
import { crlSignatureAlgorithmEqual } from './crl-signature-algorithm-equal.ts';
import { crlThisUpdateAdvances } from './crl-this-update-advances.ts';
import { crlTimeEncoding } from './crl-time-encoding.ts';
import { crlUpdateOrder } from './crl-update-order.ts';
import { crlVersion2 } from './crl-version-2.ts';
import { crlWithinIssuerValidity } from './crl-within-issuer-validity.ts';
import { crossKeyIdentifierKept } from './cross-key-identifier-kept.ts';
import { extendedKeyUsageAnyNotCritical } from './extended-key-usage-any-not-critical.ts';
import { extensionDefaultOmitted } from './extension-default-omitted.ts';
import { extensionDuplicate } from './extension-duplicate.ts';
import { extensionUnknownCritical } from './extension-unknown-critical.ts';
import { extensionValues } from './extension-values.ts';
import { extensionsNotEmpty } from './extensions-not-empty.ts';
import { inhibitAnyPolicyCritical } from './inhibit-any-policy-critical.ts';
import { issuerInValidity } from './issuer-in-validity.ts';
import { issuerIsCa } from './issuer-is-ca.ts';
import { issuerMaySign } from './issuer-may-sign.ts';
import { issuerNameMatches } from './issuer-name-matches.ts';
import { issuerPathLengthAllows } from './issuer-path-length-allows.ts';
import { issuerPresent } from './issuer-present.ts';
import { keyUsageCertSign } from './key-usage-cert-sign.ts';
import { keyUsageCritical } from './key-usage-critical.ts';
import { keyUsageNotEmpty } from './key-usage-not-empty.ts';
import { keyUsagePresent } from './key-usage-present.ts';
import { nameConstraintsAddresses } from './name-constraints-addresses.ts';
import { nameConstraintsBounds } from './name-constraints-bounds.ts';
import { nameConstraintsCritical } from './name-constraints-critical.ts';
import { nameConstraintsKinds } from './name-constraints-kinds.ts';
import { nameConstraintsNotEmpty } from './name-constraints-not-empty.ts';
import { nameStringType } from './name-string-type.ts';
import { nameValueLength } from './name-value-length.ts';
import { nameValuePresent } from './name-value-present.ts';
import { ocspNoCheckNotCritical } from './ocsp-no-check-not-critical.ts';
import { pathLengthAllowed } from './path-length-allowed.ts';
import { policiesAnyQualifiers } from './policies-any-qualifiers.ts';
import { policiesDistinct } from './policies-distinct.ts';
import { policyConstraintsCritical } from './policy-constraints-critical.ts';
import { policyConstraintsNotEmpty } from './policy-constraints-not-empty.ts';
import { policyMappingsAsserted } from './policy-mappings-asserted.ts';
import { policyMappingsCritical } from './policy-mappings-critical.ts';
import { policyMappingsNotAny } from './policy-mappings-not-any.ts';
import { responderKeyIdentifierPresent } from './responder-key-identifier-present.ts';
import { responderKeyUsage } from './responder-key-usage.ts';
import { responderPurpose } from './responder-purpose.ts';
import { serialLength } from './serial-length.ts';
import { serialPositive } from './serial-positive.ts';
import { signatureAlgorithmEqual } from './signature-algorithm-equal.ts';
import { subjectKeyIdentifierDerived } from './subject-key-identifier-derived.ts';
import { subjectKeyIdentifierNotCritical } from './subject-key-identifier-not-critical.ts';
import { subjectKeyIdentifierPresent } from './subject-key-identifier-present.ts';
import { subjectPresent } from './subject-present.ts';
import { uniqueIdentifiersAbsent } from './unique-identifiers-absent.ts';
import { urlsAbsolute } from './urls-absolute.ts';
import { validityEncoding } from './validity-encoding.ts';
import { validityOrder } from './validity-order.ts';
import { validityWithinIssuer } from './validity-within-issuer.ts';
import { version3 } from './version-3.ts';

/** Sorted by id; each rule is a file of this folder. */
export const rfc5280: RulePack = {
  name: 'rfc5280',
  version: 'RFC 5280 of May 2008',
  title: 'Internet X.509 public key infrastructure: certificates and CRLs',
  needs: [],
  rules: [
    authorityInfoAccessNotCritical,
    authorityKeyIdentifierMatches,
    authorityKeyIdentifierNotCritical,
    authorityKeyIdentifierPair,
    authorityKeyIdentifierPresent,
    basicConstraintsCritical,
    basicConstraintsPresent,
    caExtensionsInCaOnly,
    certificateDer,
    countryNameForm,
    crlAuthorityKeyIdentifierMatches,
    crlAuthorityKeyIdentifierNotCritical,
    crlAuthorityKeyIdentifierPresent,
    crlDeltaBase,
    crlDeltaChangesListed,
    crlDeltaFreshestAbsent,
    crlDeltaIndicatorCritical,
    crlDeltaRemovalOfHold,
    crlDer,
    crlDistributionPointsAllReasons,
    crlDistributionPointsNamed,
    crlDistributionPointsNotCritical,
    crlDistributionPointsReachable,
    crlEntriesKept,
    crlEntryExtensionDuplicate,
    crlEntryExtensionValues,
    crlEntryExtensionsNotEmpty,
    crlEntryNotFuture,
    crlEntryTimeEncoding,
    crlExtensionDefaultOmitted,
    crlExtensionDuplicate,
    crlExtensionUnknownCritical,
    crlExtensionValues,
    crlExtensionsNotEmpty,
    crlFreshestForm,
    crlFreshestNotCritical,
    crlIssuerMatches,
    crlIssuerMaySign,
    crlIssuerPresent,
    crlIssuingDistributionPointCritical,
    crlIssuingDistributionPointForm,
    crlNextUpdatePresent,
    crlNumberIncreases,
    crlNumberLength,
    crlNumberNotCritical,
    crlNumberPresent,
    crlReasonNotRemoval,
    crlReasonSpecified,
    crlRevokedNotEmpty,
    crlScopeKept,
    crlSerialDistinct,
    crlSignatureAlgorithmEqual,
    crlThisUpdateAdvances,
    crlTimeEncoding,
    crlUpdateOrder,
    crlVersion2,
    crlWithinIssuerValidity,
    crossKeyIdentifierKept,
    extendedKeyUsageAnyNotCritical,
    extensionDefaultOmitted,
    extensionDuplicate,
    extensionUnknownCritical,
    extensionValues,
    extensionsNotEmpty,
    inhibitAnyPolicyCritical,
    issuerInValidity,
    issuerIsCa,
    issuerMaySign,
    issuerNameMatches,
    issuerPathLengthAllows,
    issuerPresent,
    keyUsageCertSign,
    keyUsageCritical,
    keyUsageNotEmpty,
    keyUsagePresent,
    nameConstraintsAddresses,
    nameConstraintsBounds,
    nameConstraintsCritical,
    nameConstraintsKinds,
    nameConstraintsNotEmpty,
    nameStringType,
    nameValueLength,
    nameValuePresent,
    ocspNoCheckNotCritical,
    pathLengthAllowed,
    policiesAnyQualifiers,
    policiesDistinct,
    policyConstraintsCritical,
    policyConstraintsNotEmpty,
    policyMappingsAsserted,
    policyMappingsCritical,
    policyMappingsNotAny,
    responderKeyIdentifierPresent,
    responderKeyUsage,
    responderPurpose,
    serialLength,
    serialPositive,
    signatureAlgorithmEqual,
    subjectKeyIdentifierDerived,
    subjectKeyIdentifierNotCritical,
    subjectKeyIdentifierPresent,
    subjectPresent,
    uniqueIdentifiersAbsent,
    urlsAbsolute,
    validityEncoding,
    validityOrder,
    validityWithinIssuer,
    version3,
  ],
};
