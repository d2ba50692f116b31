import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { all, hasPurpose, ofCross } from '../../rule-scope.ts';

export const crossAnyPurposeAlone = defineRule({
  id: 'cabf-tls/cross-any-purpose-alone',
  title: 'anyExtendedKeyUsage in a cross-certificate stands alone',
  clause: 'TLS BR 2.2.6 §7.1.2.2.4',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: all(ofCross, hasPurpose(OID.anyExtendedKeyUsage)),
  check: ({ extKeyUsage = [] }) =>
    extKeyUsage.length === 1 ? [] : ['extKeyUsage has anyExtendedKeyUsage beside others, expected it alone'],
});
