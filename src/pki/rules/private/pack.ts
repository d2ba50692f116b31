import type { RulePack } from '../../rule.ts';
import { crlDeltaWithinBase } from './crl-delta-within-base.ts';
import { crlSignatureAlgorithm } from './crl-signature-algorithm.ts';
import { crossConstraintsKept } from './cross-constraints-kept.ts';
import { crossNameAndKeyKept } from './cross-name-and-key-kept.ts';
import { keyDistinct } from './key-distinct.ts';
import { notAfterFuture } from './not-after-future.ts';
import { notBeforeReached } from './not-before-reached.ts';
import { pathLengthNested } from './path-length-nested.ts';
import { publicKeyQuality } from './public-key-quality.ts';
import { purposesDistinct } from './purposes-distinct.ts';
import { responderNotCa } from './responder-not-ca.ts';
import { responderPurpose } from './responder-purpose.ts';
import { responderRevocationDecided } from './responder-revocation-decided.ts';
import { rsaWeakness } from './rsa-weakness.ts';
import { serialEntropy } from './serial-entropy.ts';
import { signatureAlgorithm } from './signature-algorithm.ts';
import { subordinateNameDistinct } from './subordinate-name-distinct.ts';

/** This project's own, for hierarchies that claim no public policy. Sorted by id; each rule is a file of this folder. */
export const privateHierarchy: RulePack = {
  name: 'private',
  version: '1',
  title: 'sanity of a hierarchy that answers to no public policy',
  needs: ['rfc5280'],
  rules: [
    crlDeltaWithinBase,
    crlSignatureAlgorithm,
    crossConstraintsKept,
    crossNameAndKeyKept,
    keyDistinct,
    notAfterFuture,
    notBeforeReached,
    pathLengthNested,
    publicKeyQuality,
    purposesDistinct,
    responderNotCa,
    responderPurpose,
    responderRevocationDecided,
    rsaWeakness,
    serialEntropy,
    signatureAlgorithm,
    subordinateNameDistinct,
  ],
};
