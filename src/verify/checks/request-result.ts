import { resultCheck } from '../product-checks.ts';

export const requestResult = resultCheck('request');
