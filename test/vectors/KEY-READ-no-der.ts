import { sha256 } from '../../src/base/digest.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-READ',
  title: 'the public key of a new key is not DER',
  faults: {
    events: refacted('root-key', (facts) => {
      facts['spki'] = 'AAAA';
      facts['spkiSha256'] = sha256(Buffer.from('AAAA', 'base64'));
    }),
  },
});
