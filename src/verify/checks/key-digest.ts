import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const keyDigest = defineCheck({
  id: 'KEY-DIGEST',
  title: 'the recorded digest of every generated key is that of its public key',
  needs: ['keys'],
  run({ keys }, { report }) {
    for (const { done, digest } of keys) {
      const recorded = done.result.facts['spkiSha256'];
      if (recorded !== digest) report(at(done.result), `"spkiSha256" is ${JSON.stringify(recorded ?? null)}; the public key has ${digest}`);
    }
  },
});
