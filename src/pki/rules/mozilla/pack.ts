import type { RulePack } from '../../rule.ts';
import { crlPartialNamed } from './crl-partial-named.ts';
import { crlSignatureAlgorithm } from './crl-signature-algorithm.ts';
import { crlSignatureAlgorithmFitsKey } from './crl-signature-algorithm-fits-key.ts';
import { crlSignatureNotSha1 } from './crl-signature-not-sha1.ts';
import { intermediateAnyPurposeAbsent } from './intermediate-any-purpose-absent.ts';
import { intermediateEmailConstrained } from './intermediate-email-constrained.ts';
import { intermediateExtendedKeyUsagePresent } from './intermediate-extended-key-usage-present.ts';
import { intermediatePurposesSeparate } from './intermediate-purposes-separate.ts';
import { publicKeyAlgorithm } from './public-key-algorithm.ts';
import { publicKeySize } from './public-key-size.ts';
import { publicKeyValid } from './public-key-valid.ts';
import { responderNoCheckPresent } from './responder-no-check-present.ts';
import { rootLifecycle } from './root-lifecycle.ts';
import { rootPurposeDedicated } from './root-purpose-dedicated.ts';
import { serialEntropy } from './serial-entropy.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';
import { signatureAlgorithmFitsKey } from './signature-algorithm-fits-key.ts';
import { signatureNotSha1 } from './signature-not-sha1.ts';

/**
 * What the policy asks of CA certificates, their CRLs and OCSP responders, as far as it can be read from the bytes. For TLS it
 * leans on the Baseline Requirements (§2.3), which are a pack of their own: a hierarchy for e-mail alone claims this one
 * without them. Sorted by id; each rule is a file of this folder.
 */
export const mozilla: RulePack = {
  name: 'mozilla',
  version: '3.1',
  title: 'Mozilla Root Store Policy',
  needs: ['rfc5280'],
  rules: [
    crlPartialNamed,
    crlSignatureAlgorithm,
    crlSignatureAlgorithmFitsKey,
    crlSignatureNotSha1,
    intermediateAnyPurposeAbsent,
    intermediateEmailConstrained,
    intermediateExtendedKeyUsagePresent,
    intermediatePurposesSeparate,
    publicKeyAlgorithm,
    publicKeySize,
    publicKeyValid,
    responderNoCheckPresent,
    rootLifecycle,
    rootPurposeDedicated,
    serialEntropy,
    signatureAlgorithm,
    signatureAlgorithmFitsKey,
    signatureNotSha1,
  ],
};
