import { missingCheck } from '../product-checks.ts';

export const requestMissing = missingCheck('request');
