import { signatureCheck } from '../product-checks.ts';

export const certificateSignature = signatureCheck('certificate');
