import type { RulePack } from '../../rule.ts';
import { authorityKeyIdentifierPresent } from './authority-key-identifier-present.ts';
import { caKeySize } from './ca-key-size.ts';
import { caKeyUsage } from './ca-key-usage.ts';
import { rootExtendedKeyUsageAbsent } from './root-extended-key-usage-absent.ts';
import { rootPathLengthAbsent } from './root-path-length-absent.ts';
import { rootPoliciesAbsent } from './root-policies-absent.ts';
import { serialEntropy } from './serial-entropy.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';
import { subordinateCrlPresent } from './subordinate-crl-present.ts';
import { subordinateIssuerUrlPresent } from './subordinate-issuer-url-present.ts';
import { subordinatePoliciesForm } from './subordinate-policies-form.ts';
import { subordinatePoliciesPresent } from './subordinate-policies-present.ts';
import { subordinatePurposes } from './subordinate-purposes.ts';
import { subordinatePurposesAbsent } from './subordinate-purposes-absent.ts';
import { subordinatePurposesOthers } from './subordinate-purposes-others.ts';

/** Of CA certificates alone. Sorted by id; each rule is a file of this folder. */
export const cabfCs: RulePack = {
  name: 'cabf-cs',
  version: '3.10',
  title: 'CA/Browser Forum Code Signing Baseline Requirements',
  needs: ['rfc5280'],
  rules: [
    authorityKeyIdentifierPresent,
    caKeySize,
    caKeyUsage,
    rootExtendedKeyUsageAbsent,
    rootPathLengthAbsent,
    rootPoliciesAbsent,
    serialEntropy,
    signatureAlgorithm,
    subordinateCrlPresent,
    subordinateIssuerUrlPresent,
    subordinatePoliciesForm,
    subordinatePoliciesPresent,
    subordinatePurposes,
    subordinatePurposesAbsent,
    subordinatePurposesOthers,
  ],
};
