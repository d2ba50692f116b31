import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

/** Whatever prepares or does an HSM operation. */
const HSM = ['proposed', 'approval', 'intent', 'result'];

export const outcomeSignOff = defineCheck({
  id: 'OUTCOME-SIGN-OFF',
  title: 'after the first person signed off, no HSM operation was proposed, approved or done',
  needs: ['events'],
  run({ events }, { report }) {
    const signOff = events.find((event) => event.type === 'statement' && event.kind === 'sign-off');
    if (!signOff) return;
    const deviations = new Set(events.flatMap((event) => (event.type === 'deviation' ? [event.seq] : [])));
    for (const event of events) {
      if (event.type === 'approval' && deviations.has(event.proposal)) continue;
      if (event.seq > signOff.seq && HSM.includes(event.type))
        report(at(event), `${event.type} after "sign-off" in event ${signOff.seq}`);
    }
  },
});
