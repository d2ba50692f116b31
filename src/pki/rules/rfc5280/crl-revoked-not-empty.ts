import { defineRule } from '../../rule.ts';

export const crlRevokedNotEmpty = defineRule({
  id: 'rfc5280/crl-revoked-not-empty',
  title: 'where nothing is revoked, revokedCertificates is absent',
  clause: 'RFC 5280 §5.1.2.6',
  severity: 'error',
  appliesTo: 'crl',
  check: ({ crl }) =>
    crl.revokedPresent && crl.revoked.count === 0
      ? ['revokedCertificates is present and empty, expected it to be absent']
      : [],
});
