import { sha256 } from '../../src/base/digest.ts';
import { refacted } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'KEY-QUALITY',
  title: 'the public key of a new key is given by a compressed point',
  faults: {
    events: refacted('root-key', (facts) => {
      const spki = Buffer.from(String(facts['spki']), 'base64');
      const head = Buffer.from('3046301006072a8648ce3d020106052b81040022033200', 'hex');
      const compressed = Buffer.concat([head, Buffer.of(2 + ((spki.at(-1) as number) & 1)), spki.subarray(24, 72)]);
      facts['spki'] = compressed.toString('base64');
      facts['spkiSha256'] = sha256(compressed);
    }),
  },
});
