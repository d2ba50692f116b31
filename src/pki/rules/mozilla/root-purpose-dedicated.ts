import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

/** Of the policy's two trust bits each has one purpose. */
const TRUSTED = [
  [OID.serverAuth, 'serverAuth'],
  [OID.emailProtection, 'emailProtection'],
] as const;

export const rootPurposeDedicated = defineRule({
  id: 'mozilla/root-purpose-dedicated',
  title: 'a root that names its purposes is dedicated either to TLS servers or to e-mail',
  clause: 'MRSP 3.1 §7.5',
  severity: 'error',
  effective: { from: '2025-03-15' },
  appliesTo: 'certificate',
  when: ({ extKeyUsage }, { kind }) => kind === 'root-ca' && extKeyUsage !== undefined,
  check: ({ extKeyUsage = [] }) => {
    if (extKeyUsage.includes(OID.anyExtendedKeyUsage))
      return ['extKeyUsage has anyExtendedKeyUsage: the root is dedicated to nothing'];
    const named = TRUSTED.filter(([oid]) => extKeyUsage.includes(oid)).map(([, name]) => name);
    return named.length > 1 ? [`extKeyUsage has both ${named.join(' and ')}, expected one of them`] : [];
  },
});
