import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate } from '../../rule-scope.ts';

export const subordinateRevocationSource = defineRule({
  id: 'microsoft/subordinate-revocation-source',
  title: 'a subordinate CA says where its revocation is found, by a CRL or by OCSP',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.10',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: ({ crlDistributionPoints = [], authorityInfoAccess = [] }) =>
    crlDistributionPoints.length > 0 || authorityInfoAccess.some(({ method }) => method === OID.ocsp)
      ? []
      : ['there is neither cRLDistributionPoints nor an OCSP responder in authorityInfoAccess'],
});
