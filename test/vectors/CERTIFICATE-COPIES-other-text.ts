import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-COPIES',
  title: 'the text beside the certificate says something else',
  faults: { recorded: (files) => void files.set('certificates/root.txt', Buffer.from('Version: 3\n')) },
});
