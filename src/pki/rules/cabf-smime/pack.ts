import type { RulePack } from '../../rule.ts';
import { authorityKeyIdentifierForm } from './authority-key-identifier-form.ts';
import { caKeyUsage } from './ca-key-usage.ts';
import { crossAnyPurposeAbsent } from './cross-any-purpose-absent.ts';
import { rootExtendedKeyUsageAbsent } from './root-extended-key-usage-absent.ts';
import { rootPathLengthAbsent } from './root-path-length-absent.ts';
import { rootPoliciesAbsent } from './root-policies-absent.ts';
import { rsaKeySize } from './rsa-key-size.ts';
import { serialEntropy } from './serial-entropy.ts';
import { subordinateCrlPresent } from './subordinate-crl-present.ts';
import { subordinateIssuerUrlPresent } from './subordinate-issuer-url-present.ts';
import { subordinatePoliciesForm } from './subordinate-policies-form.ts';
import { subordinatePoliciesPresent } from './subordinate-policies-present.ts';
import { subordinatePurposePresent } from './subordinate-purpose-present.ts';
import { subordinatePurposes } from './subordinate-purposes.ts';
import { subordinatePurposesAbsent } from './subordinate-purposes-absent.ts';

/** Of CA certificates alone. Sorted by id; each rule is a file of this folder. */
export const cabfSmime: RulePack = {
  name: 'cabf-smime',
  version: '1.0.10',
  title: 'CA/Browser Forum S/MIME Baseline Requirements',
  needs: ['rfc5280'],
  rules: [
    authorityKeyIdentifierForm,
    caKeyUsage,
    crossAnyPurposeAbsent,
    rootExtendedKeyUsageAbsent,
    rootPathLengthAbsent,
    rootPoliciesAbsent,
    rsaKeySize,
    serialEntropy,
    subordinateCrlPresent,
    subordinateIssuerUrlPresent,
    subordinatePoliciesForm,
    subordinatePoliciesPresent,
    subordinatePurposePresent,
    subordinatePurposes,
    subordinatePurposesAbsent,
  ],
};
