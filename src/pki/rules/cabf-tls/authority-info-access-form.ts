import { OID, oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { httpFaults } from '../../tls-urls.ts';

const METHODS: readonly string[] = [OID.ocsp, OID.caIssuers];

export const authorityInfoAccessForm = defineRule({
  id: 'cabf-tls/authority-info-access-form',
  title: 'authorityInfoAccess names OCSP and the issuer certificate by http URLs, and nothing else',
  clause: 'TLS BR 2.2.6 §7.1.2.10.3',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: ({ authorityInfoAccess }) => authorityInfoAccess !== undefined,
  check: ({ authorityInfoAccess = [] }) =>
    authorityInfoAccess.flatMap(({ method, location }) => [
      ...(METHODS.includes(method)
        ? []
        : [`the access method ${oidName(method) ?? method} is neither ocsp nor caIssuers`]),
      ...httpFaults(`the access location of ${oidName(method) ?? method}`, [location]),
    ]),
});
