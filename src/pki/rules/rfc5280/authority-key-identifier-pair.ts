import { defineRule } from '../../rule.ts';

export const authorityKeyIdentifierPair = defineRule({
  id: 'rfc5280/authority-key-identifier-pair',
  title: 'authorityCertIssuer and authorityCertSerialNumber are both present or both absent',
  clause: 'RFC 5280 §4.2.1.1, appendix A.2',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ authorityKeyIdentifier }) => authorityKeyIdentifier !== undefined,
  check: ({ authorityKeyIdentifier: { issuer, serial } = { issuer: undefined, serial: undefined } }) => {
    if ((issuer === undefined) === (serial === undefined)) return [];
    return [issuer ? 'authorityCertSerialNumber is absent' : 'authorityCertIssuer is absent'].map(
      (missing) => `authorityKeyIdentifier names issuer or serial number alone: ${missing}`,
    );
  },
});
