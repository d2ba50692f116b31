import { readCheck } from '../product-checks.ts';

export const crlRead = readCheck('crl');
