import { tbsCheck } from '../product-checks.ts';

export const certificateTbs = tbsCheck('certificate');
