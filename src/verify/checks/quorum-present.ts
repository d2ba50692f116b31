import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const quorumPresent = defineCheck({
  id: 'QUORUM-PRESENT',
  title: 'everybody who approved had signed at the roll-call before',
  needs: ['events'],
  run({ events }, { report }) {
    const present = new Set<string>();
    for (const event of events) {
      if (event.type === 'statement' && event.kind === 'presence' && event.evidence === 'token') present.add(event.seat);
      if (event.type === 'approval' && !present.has(event.seat)) report(at(event), `"${event.seat}" approved without having been called`);
    }
  },
});
