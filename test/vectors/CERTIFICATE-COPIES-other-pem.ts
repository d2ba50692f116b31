import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-COPIES',
  title: 'the published PEM is not the certificate',
  faults: { recorded: (files) => void files.set('publish/root.pem', Buffer.from('-----BEGIN CERTIFICATE-----\n')) },
});
