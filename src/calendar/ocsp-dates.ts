import type { DueDate } from './due-date.ts';
import type { CalendarFacts } from './facts.ts';

/** When what was answered beforehand about a certificate of the ledger ends: from then on no client takes it. */
export function ocspDates({ ledger, answers }: Pick<CalendarFacts, 'ledger' | 'answers'>): DueDate[] {
  return ledger.certificates.flatMap(({ name, serial }) => {
    const answer = answers.get(serial);
    if (!answer || answer.nextUpdate === '') return [];
    const { path, sha256, thisUpdate, nextUpdate } = answer;
    return [
      {
        kind: 'ocsp-end',
        at: nextUpdate,
        what: `OCSP response about certificate "${name}"`,
        about: `${sha256} ${serial}`,
        says: `${path}, from ${thisUpdate}; the next one is published before, or clients are left without an answer`,
      },
    ];
  });
}
