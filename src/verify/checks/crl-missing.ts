import { missingCheck } from '../product-checks.ts';

export const crlMissing = missingCheck('crl');
