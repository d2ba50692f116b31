import { reissuedAfter } from '../forge/reissue-after.ts';
import { deciding } from '../forge/revoking.ts';
import { defineVector } from '../forge/vector.ts';

const again = reissuedAfter((request) => ({
  ...request,
  revoked: request.revoked.map((entry) => ({ ...entry, reason: undefined })),
}), 'example-root-g1');

export const vector = defineVector({
  check: 'CRL-LINT',
  title: 'the CRL leaves out why the certificate is revoked',
  faults: { ...deciding(), recorded: again.files, events: again.events },
});
