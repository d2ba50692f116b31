import { readCheck } from '../product-checks.ts';

export const ocspRead = readCheck('ocsp-response');
