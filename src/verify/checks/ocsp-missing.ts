import { missingCheck } from '../product-checks.ts';

export const ocspMissing = missingCheck('ocsp-response');
