import { OID } from '../../../der/oid.ts';
import { keySizeOf } from '../../key-size.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate, signerOf } from '../../rule-scope.ts';

export const codeSigningKeys = defineRule({
  id: 'microsoft/code-signing-keys',
  title: 'a CA for code or time-stamping, and its issuer, have RSA keys of 4096 bits',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.20',
  severity: 'error',
  appliesTo: 'certificate',
  when: (subject, context) =>
    ofSubordinate(subject, context) &&
    [OID.codeSigning, OID.timeStamping].some((oid) => subject.extKeyUsage?.includes(oid)),
  check: (subject, context) =>
    (
      [
        ['the key', subject],
        ["the issuer's key", signerOf(subject, context)],
      ] as const
    ).flatMap(([whose, { certificate }]) => {
      const size = keySizeOf(certificate.spki);
      if (size?.type === 'rsa' && size.bits === 4096) return [];
      return [
        `${whose} is ${size ? `of ${size.type === 'rsa' ? 'RSA' : 'ECDSA'} with ${size.bits} bits` : 'of another kind'}, expected RSA with 4096`,
      ];
    }),
});
