import { missingCheck } from '../product-checks.ts';

export const certificateMissing = missingCheck('certificate');
