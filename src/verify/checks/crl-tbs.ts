import { tbsCheck } from '../product-checks.ts';

export const crlTbs = tbsCheck('crl');
