import { resultCheck } from '../product-checks.ts';

export const certificateResult = resultCheck('certificate');
