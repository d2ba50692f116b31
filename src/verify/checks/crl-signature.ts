import { signatureCheck } from '../product-checks.ts';

export const crlSignature = signatureCheck('crl');
