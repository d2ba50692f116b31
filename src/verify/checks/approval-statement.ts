import { approvalStatementPath } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const approvalStatement = defineCheck({
  id: 'APPROVAL-STATEMENT',
  title: 'the statement that approvers signed is, byte for byte, the one that the record makes',
  needs: ['ballots'],
  run({ ballots }, { pack, options, report, note }) {
    for (const { seq, what, statement, asked } of ballots) {
      const path = approvalStatementPath(seq);
      const bytes = pack.file(path);
      if (bytes && Buffer.compare(bytes, statement) !== 0) report(path, `is not the statement of ${what}`);
      if (bytes || !asked) continue;
      if (options.outcome === 'interrupted') note(`there is no ${path}: the ceremony ended before it was written`);
      else report(path, `the pack lacks the statement of ${what}`);
    }
  },
});
