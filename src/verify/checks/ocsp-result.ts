import { resultCheck } from '../product-checks.ts';

export const ocspResult = resultCheck('ocsp-response');
