import { approvalPayloadPath, approvalSignaturePath, approvalStatementPath } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const approvalStray = defineCheck({
  id: 'APPROVAL-STRAY',
  title: 'every file among the approvals belongs to a recorded proposal, deviation or approval',
  needs: ['events'],
  run({ events }, { pack, options, report, note }) {
    const recorded = new Set<string>();
    for (const event of events) {
      if (event.type === 'proposed') recorded.add(approvalStatementPath(event.seq)).add(approvalPayloadPath(event.seq));
      if (event.type === 'deviation') recorded.add(approvalStatementPath(event.seq));
      if (event.type === 'approval') recorded.add(approvalSignaturePath(event.proposal, event.seat));
    }
    for (const path of pack.paths) {
      if (!path.startsWith('approvals/') || recorded.has(path)) continue;
      if (options.outcome === 'interrupted') note(`"${path}" is not recorded: the ceremony ended before that`);
      else report(path, 'no event records this file');
    }
  },
});
