import { manifestSignaturePath, PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { presentSeats } from '../present-seats.ts';

export const signatureMissing = defineCheck({
  id: 'SIGNATURE-MISSING',
  title: 'everybody present who has a token has signed the manifest',
  needs: ['roster', 'plan', 'events'],
  run({ roster, plan, events }, { pack, options, report }) {
    if (options.outcome === 'interrupted') return;
    for (const seat of presentSeats(roster, plan, events)) {
      const path = manifestSignaturePath(seat);
      if (pack.size(path) === undefined) report(PATH.manifest, `"${seat}" has not signed it: there is no ${path}`);
    }
  },
});
