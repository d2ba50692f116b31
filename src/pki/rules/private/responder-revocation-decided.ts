import { OID } from '../../../der/oid.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';
import { ofResponder } from '../../rule-scope.ts';

/** Where it says nothing, each client decides for itself (RFC 6960 §4.2.2.2.1). */
export const responderRevocationDecided = defineRule({
  id: 'private/responder-revocation-decided',
  title: 'an OCSP responder says how its own revocation is checked: not at all, by a CRL, or by OCSP',
  clause: 'docs/checks.md',
  severity: 'notice',
  appliesTo: 'certificate',
  when: ofResponder,
  check: ({ certificate: { extensions } }) =>
    [OID.ocspNoCheck, OID.cRLDistributionPoints, OID.authorityInfoAccess].some((oid) => extensionOf(extensions, oid))
      ? []
      : ['there is neither id-pkix-ocsp-nocheck nor cRLDistributionPoints nor authorityInfoAccess'],
});
