import { losingScript } from '../forge/losing.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-LOST',
  title: 'somebody approves with a quorum token that is lost',
  faults: { follows: true, record: { script: (text) => losingScript(text).replaceAll('thing: dave', 'thing: alice') } },
});
