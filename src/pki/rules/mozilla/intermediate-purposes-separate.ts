import { OID } from '../../../der/oid.ts';
import { ofIntermediate } from '../../mozilla-intermediates.ts';
import { defineRule } from '../../rule.ts';

export const intermediatePurposesSeparate = defineRule({
  id: 'mozilla/intermediate-purposes-separate',
  title: 'an intermediate is for TLS servers or for e-mail, not for both',
  clause: 'MRSP 3.1 §5.3',
  severity: 'error',
  effective: { from: '2019-01-01' },
  appliesTo: 'certificate',
  when: (subject, context) => ofIntermediate(subject, context) && subject.extKeyUsage !== undefined,
  check: ({ extKeyUsage = [] }) =>
    extKeyUsage.includes(OID.serverAuth) && extKeyUsage.includes(OID.emailProtection)
      ? ['extKeyUsage has both serverAuth and emailProtection, expected one of them']
      : [],
});
