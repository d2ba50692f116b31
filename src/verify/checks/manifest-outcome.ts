import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const manifestOutcome = defineCheck({
  id: 'MANIFEST-OUTCOME',
  title: 'the manifest names the outcome that the transcript closes with',
  needs: ['manifest', 'events'],
  run({ manifest, events }, { report }) {
    const close = events.findLast((event) => event.type === 'close');
    if (close && manifest.outcome !== close.outcome) {
      report(PATH.manifest, `"outcome" is "${manifest.outcome}"; the transcript closes as "${close.outcome}"`);
    }
  },
});
