import { readCheck } from '../product-checks.ts';

export const requestRead = readCheck('request');
