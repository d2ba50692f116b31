import { tbsCheck } from '../product-checks.ts';

export const ocspTbs = tbsCheck('ocsp-response');
