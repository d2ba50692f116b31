import { tbsCheck } from '../product-checks.ts';

export const requestTbs = tbsCheck('request');
