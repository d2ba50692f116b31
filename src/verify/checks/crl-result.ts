import { resultCheck } from '../product-checks.ts';

export const crlResult = resultCheck('crl');
