import { statementSignaturePath } from '../../pack/layout.ts';
import { memberOf } from '../../quorum/roster.ts';
import { defineCheck } from '../check.ts';
import { signatureFault } from '../signatures-in.ts';

export const statementSignature = defineCheck({
  id: 'STATEMENT-SIGNATURE',
  title: 'every statement is signed by the person who made it',
  needs: ['events', 'rosterAt'],
  run({ events, rosterAt }, { pack, report }) {
    for (const event of events) {
      if (event.type !== 'statement' || event.statement === null) continue;
      const path = statementSignaturePath(event.statement);
      const member = memberOf(rosterAt(event.seq), event.seat);
      const content = pack.file(event.statement);
      const signature = pack.file(path);
      if (!content || !signature || !member || member.tokens.length === 0) continue;
      const fault = signatureFault(member, signature, content);
      if (fault) report(path, fault);
    }
  },
});
