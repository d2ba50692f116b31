import { attestationBytes, readStatement } from '../../quorum/statement.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const statementAttestation = defineCheck({
  id: 'STATEMENT-ATTESTATION',
  title: 'every attestation and sign-off is of this ceremony and covers the record up to its step',
  needs: ['events', 'ceremony', 'heads'],
  run({ events, ceremony, heads }, { pack, report }) {
    const begun = new Map<string, number>();
    for (const event of events) {
      if (event.type === 'step' && event.phase === 'begin') begun.set(event.step, event.seq);
      if (event.type !== 'statement' || event.kind === 'presence' || event.kind === 'enrolment') continue;
      const begin = begun.get(event.step) ?? 0;
      const head = heads[begin - 1] ?? '';
      const covers = `over the record up to event ${begin}`;
      if (event.statement === null) {
        if (event.facts['head'] !== head) report(at(event), `the sheet of "${event.seat}" is not ${covers}`);
        continue;
      }
      const bytes = pack.file(event.statement);
      if (!bytes) continue;
      // What the person says is judged by the step's type; here it is only held to be the rest of this statement.
      const text = String(readStatement(bytes)['text']);
      const expected = attestationBytes({ ceremony, head, seat: event.seat, step: event.step, text });
      if (Buffer.compare(bytes, expected) !== 0) {
        report(event.statement, `is not the ${event.kind} of "${event.seat}" in this ceremony, ${covers}`);
      }
    }
  },
});
