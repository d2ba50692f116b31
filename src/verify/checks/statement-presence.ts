import { presenceBytes } from '../../quorum/statement.ts';
import { defineCheck } from '../check.ts';

export const statementPresence = defineCheck({
  id: 'STATEMENT-PRESENCE',
  title: 'everybody who was called signed this ceremony and this authorization',
  needs: ['events', 'ceremony', 'authorization'],
  run({ events, ceremony, authorization }, { pack, report }) {
    for (const event of events) {
      if (event.type !== 'statement' || event.kind !== 'presence' || event.statement === null) continue;
      const bytes = pack.file(event.statement);
      const expected = presenceBytes({ ceremony, authorization: authorization.digest, seat: event.seat });
      if (bytes && Buffer.compare(bytes, expected) !== 0) {
        report(event.statement, `is not the presence of "${event.seat}" in this ceremony, under this authorization`);
      }
    }
  },
});
