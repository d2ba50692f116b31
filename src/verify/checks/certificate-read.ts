import { readCheck } from '../product-checks.ts';

export const certificateRead = readCheck('certificate');
