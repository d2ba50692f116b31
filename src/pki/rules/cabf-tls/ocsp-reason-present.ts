import { defineRule } from '../../rule.ts';

export const ocspReasonPresent = defineRule({
  id: 'cabf-tls/ocsp-reason-present',
  title: 'an OCSP response says why a CA certificate is revoked',
  clause: 'TLS BR 2.2.6 §7.3',
  severity: 'error',
  appliesTo: 'ocsp-response',
  when: ({ response }) => response.responses.some(({ status }) => status.kind === 'revoked'),
  check: ({ response }) =>
    response.responses.flatMap(({ certId, status }) =>
      status.kind === 'revoked' && status.reason === undefined
        ? [`the answer about ${certId.serial.hex} has no revocationReason`]
        : [],
    ),
});
