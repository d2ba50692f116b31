import type { RulePack } from '../../rule.ts';
import { codeSigningKeys } from './code-signing-keys.ts';
import { ocspSpan } from './ocsp-span.ts';
import { responderPurpose } from './responder-purpose.ts';
import { rootCommonNamePresent } from './root-common-name-present.ts';
import { rootKeySize } from './root-key-size.ts';
import { rootKeyUsage } from './root-key-usage.ts';
import { rootPurposeDedicated } from './root-purpose-dedicated.ts';
import { rootValidity } from './root-validity.ts';
import { rootValidityUntil2026 } from './root-validity-until-2026.ts';
import { subordinatePurposesSeparate } from './subordinate-purposes-separate.ts';
import { subordinateRevocationSource } from './subordinate-revocation-source.ts';

/**
 * What can be judged from the bytes of CA certificates. The text was read as of October 2025; what changed in 2026 was read second
 * hand, and the rules say so. Sorted by id; each rule is a file of this folder.
 */
export const microsoft: RulePack = {
  name: 'microsoft',
  version: '1.2',
  title: 'Microsoft Trusted Root Program Requirements',
  needs: ['rfc5280'],
  rules: [
    codeSigningKeys,
    ocspSpan,
    responderPurpose,
    rootCommonNamePresent,
    rootKeySize,
    rootKeyUsage,
    rootPurposeDedicated,
    rootValidity,
    rootValidityUntil2026,
    subordinatePurposesSeparate,
    subordinateRevocationSource,
  ],
};
