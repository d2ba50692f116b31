import { OID, oidName } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';

const ALGORITHMS: readonly string[] = [
  OID.sha256WithRSAEncryption,
  OID.sha384WithRSAEncryption,
  OID.sha512WithRSAEncryption,
  OID.rsassaPss,
  OID.ecdsaWithSHA256,
  OID.ecdsaWithSHA384,
  OID.ecdsaWithSHA512,
];

export const signatureAlgorithm = defineRule({
  id: 'cabf-cs/signature-algorithm',
  title: 'the signature algorithm is RSA or ECDSA with SHA-2',
  clause: 'CSBR 3.10 §7.1.3.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({
    certificate: {
      tbsSignatureAlgorithm: { oid },
    },
  }) =>
    ALGORITHMS.includes(oid)
      ? []
      : [`the signature algorithm is ${oidName(oid) ?? oid}, expected RSA or ECDSA with SHA-2`],
});
