import { copiesCheck } from '../product-checks.ts';

export const crlCopies = copiesCheck('crl');
