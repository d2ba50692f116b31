import { signatureCheck } from '../product-checks.ts';

export const ocspSignature = signatureCheck('ocsp-response');
