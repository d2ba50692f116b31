import { manifestSignaturePath, PATH } from '../../pack/layout.ts';
import { isFounding } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { requiredSigners } from '../required-signers.ts';

export const signatureMissing = defineCheck({
  id: 'SIGNATURE-MISSING',
  title:
    'everybody who was called, by the plan or in the place of somebody, and has a token has signed the manifest, however the ceremony ended',
  needs: ['rosterAtEnd', 'planAt'],
  run({ rosterAtEnd: roster, planAt }, { pack, options, note, report }) {
    if (options.outcome === 'interrupted') return;
    if (isFounding({ roster: roster.digest })) {
      note('the manifest is not signed: the first enrolment ended before it had made a roster');
      return;
    }
    const required = requiredSigners(roster, planAt(Number.POSITIVE_INFINITY));
    if (required.length === 0) report(PATH.manifest, 'nobody can have signed it: the plan calls nobody with a token');
    for (const seat of required) {
      const path = manifestSignaturePath(seat);
      if (pack.size(path) === undefined) report(PATH.manifest, `"${seat}" has not signed it: there is no ${path}`);
    }
  },
});
