import { sameBytes } from '../../../der/reader.ts';
import { hexOf } from '../../../der/values.ts';
import { defineRule } from '../../rule.ts';

export const signatureAlgorithmEqual = defineRule({
  id: 'rfc5280/signature-algorithm-equal',
  title: 'the algorithm that is signed is the algorithm beside the signature',
  clause: 'RFC 5280 §4.1.1.2',
  severity: 'error',
  appliesTo: 'certificate',
  check: ({ certificate: { tbsSignatureAlgorithm: signed, signatureAlgorithm: beside } }) =>
    sameBytes(signed.der, beside.der)
      ? []
      : [`signature is ${hexOf(signed.der)}, but signatureAlgorithm is ${hexOf(beside.der)}`],
});
