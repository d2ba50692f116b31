import { OID } from '../../../der/oid.ts';
import { hexOf } from '../../../der/values.ts';
import type { CertificateList } from '../../../x509/model.ts';
import { extensionOf } from '../../lint-subject.ts';
import { defineRule } from '../../rule.ts';

export const crlScopeKept = defineRule({
  id: 'rfc5280/crl-scope-kept',
  title: 'a CRL covers what the CRL before covers, and no more: both have the same issuingDistributionPoint, or none',
  clause: 'RFC 5280 §5.2.3, §5.2.5',
  severity: 'warning',
  appliesTo: 'crl',
  when: ({ crl }, { previous }) => previous !== undefined && (scopeOf(crl) ?? scopeOf(previous)) !== undefined,
  check: ({ crl }, { previous }) => {
    const [is, was] = [scopeOf(crl), previous && scopeOf(previous)];
    return is === was
      ? []
      : [`issuingDistributionPoint is ${is ?? 'absent'}, and in the CRL before it is ${was ?? 'absent'}`];
  },
});

/** One that says nothing of its scope covers all that its issuer issues. */
function scopeOf(crl: CertificateList): string | undefined {
  const extension = extensionOf(crl.extensions, OID.issuingDistributionPoint);
  return extension && hexOf(extension.value);
}
