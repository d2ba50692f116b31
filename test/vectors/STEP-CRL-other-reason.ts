import { dumpOf, lineOf, listOf, listPut, revoking } from '../forge/revoking.ts';
import { defineVector } from '../forge/vector.ts';

const OTHER = lineOf('tls-ca-1', 'keyCompromise');

export const vector = defineVector({
  check: 'STEP-CRL',
  title: 'the CRL gives another reason than the list that was read for it',
  faults: { ...revoking(listOf(lineOf('tls-ca-1'))), ...listPut(listOf(OTHER), dumpOf(OTHER, 'tls-ca-1')) },
});
