import { OID } from '../../../der/oid.ts';
import { hasOneOrganization } from '../../name-attributes.ts';
import { defineRule } from '../../rule.ts';
import { ofCross } from '../../rule-scope.ts';

/** An affiliate of another name needs a waiver: who is one is not in the bytes. */
export const crossExtendedKeyUsageRestricted = defineRule({
  id: 'cabf-tls/cross-extended-key-usage-restricted',
  title: 'a cross-certificate for another organization names its purposes',
  clause: 'TLS BR 2.2.6 §7.1.2.2.3, §7.1.2.2.5',
  severity: 'error',
  effective: { from: '2023-09-15' },
  appliesTo: 'certificate',
  when: (subject, context) => ofCross(subject, context) && !hasOneOrganization(subject.certificate),
  check: ({ extKeyUsage }) => {
    if (extKeyUsage === undefined)
      return ['extKeyUsage is absent, and the subject is another organization than the issuer'];
    return extKeyUsage.includes(OID.anyExtendedKeyUsage)
      ? ['extKeyUsage has anyExtendedKeyUsage, and the subject is another organization than the issuer']
      : [];
  },
});
