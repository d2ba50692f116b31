import { addDuration, formatUtc, parseUtc } from '../../../base/dates.ts';
import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

/** Years from the generation of its key for which a root is trusted for TLS servers, and for e-mail. */
const [TLS_YEARS, EMAIL_YEARS] = [15, 18];

/**
 * The certificate has no date of its key: notBefore of a root that is made in the ceremony of its key stands for it. A
 * root is no worse for being valid longer, but its owner should know that nobody who trusts it by this policy will then.
 */
export const rootLifecycle = defineRule({
  id: 'mozilla/root-lifecycle',
  title: `a root ends while its key is trusted: ${TLS_YEARS} years for TLS servers, ${EMAIL_YEARS} for e-mail alone`,
  clause: 'MRSP 3.1 §7.4',
  severity: 'notice',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  when: (_subject, { kind }) => kind === 'root-ca',
  check: ({ certificate: { notBefore, notAfter }, extKeyUsage = [] }) => {
    const email = extKeyUsage.includes(OID.emailProtection) && !extKeyUsage.includes(OID.serverAuth);
    const years = email ? EMAIL_YEARS : TLS_YEARS;
    const end = formatUtc(addDuration(parseUtc(notBefore.at), `P${years}Y`));
    return notAfter.at > end
      ? [`notAfter is ${notAfter.at}, and trust ends at ${end}, ${years} years after notBefore`]
      : [];
  },
});
