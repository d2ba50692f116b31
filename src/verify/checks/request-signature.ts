import { signatureCheck } from '../product-checks.ts';

export const requestSignature = signatureCheck('request');
