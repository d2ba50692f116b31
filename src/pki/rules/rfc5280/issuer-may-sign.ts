import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { belowRoot, has, signerOf } from '../../rule-scope.ts';

export const issuerMaySign = defineRule({
  id: 'rfc5280/issuer-may-sign',
  title: "the issuer's certificate has keyCertSign, where it has keyUsage",
  clause: 'RFC 5280 §4.2.1.3, §6.1.4 (n)',
  severity: 'error',
  appliesTo: 'certificate',
  when: belowRoot,
  check: (subject, context) => {
    const signer = signerOf(subject, context);
    if (!has(OID.keyUsage)(signer, context) || signer.keyUsage?.names.includes('keyCertSign')) return [];
    return ["the issuer's keyUsage lacks keyCertSign"];
  },
});
