import { checkPublicKey } from '../../x509/key-check.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const keyQuality = defineCheck({
  id: 'KEY-QUALITY',
  title: 'every generated public key passes the checks of its algorithm',
  needs: ['keys'],
  run({ keys }, { report }) {
    for (const { done, spki } of keys) for (const problem of checkPublicKey(spki)) report(at(done.result), problem);
  },
});
