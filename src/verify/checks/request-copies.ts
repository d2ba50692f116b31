import { copiesCheck } from '../product-checks.ts';

export const requestCopies = copiesCheck('request');
