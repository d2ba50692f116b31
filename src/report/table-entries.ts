import type { DecisionEvent, Event } from '../transcript/event.ts';
import { answerOf, type Correction, changesOf, changeText } from './corrections.ts';
import { approvalOf, deviationsOf, effectOf } from './deviations.ts';
import { factLines } from './facts.ts';
import { digestLines, labelled, markedLine, type Paragraph, small } from './layout/style.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';

/** What people say and decide besides the script. */
export type TableEvent = Extract<
  Event,
  { readonly type: 'deviation' | 'pause' | 'correction' | 'decision' | 'resume' | 'reconciliation' }
>;

const ENTRY = { size: 7.6, before: 2 } as const;

const CHOICES: Readonly<Record<DecisionEvent['choice'], string>> = {
  again: 'try again',
  other: 'somebody else',
  'propose-again': 'propose it again',
  reconcile: 'look at the HSM, and go on from what is found there',
  'accept-quirk': 'accept what the HSM does not report, if the quorum agrees',
  'one-copy': 'go on with one copy of the record',
  abort: 'abort the ceremony',
};

export function choiceText(choice: DecisionEvent['choice']): string {
  return CHOICES[choice] ?? choice;
}

/** What such an event says in the list of its step's entries. */
export function tableEntry(record: PackRecord, event: TableEvent): Paragraph[] {
  const names = (seats: readonly string[]) => seats.map((seat) => nameOf(record, seat)).join(', ');
  switch (event.type) {
    case 'deviation': {
      const deviation = deviationsOf(record).find((one) => one.event.seq === event.seq);
      if (!deviation) return [];
      return [
        markedLine(`DEVIATION ${deviation.number}`, `${event.what}. Why: ${event.why}`),
        ...[`effect: ${effectOf(deviation)}`, `agreed to by ${names(event.agreed)}; ${approvalOf(deviation)}`].map(
          (line) => small(line, { indent: 8, before: 0.5 }),
        ),
      ];
    }
    case 'pause':
      return event.phase === 'begin'
        ? [markedLine('PAUSE', `${event.why}. With the equipment stay ${names(event.stays)}`)]
        : [labelled('Went on', `the head was typed back by ${names(event.typedBy)}`, ENTRY)];
    case 'correction':
      return correctionEntry(record, event);
    case 'decision':
      return [
        labelled(
          'Decided',
          `${choiceText(event.choice)}, by ${nameOf(record, event.seat)} (event ${event.about})`,
          ENTRY,
        ),
      ];
    case 'resume':
      return [
        markedLine('RESUMED', 'the record had stopped here; the ceremony went on'),
        small(resumeText(event), { indent: 8, before: 0.5 }),
        ...digestLines('SHA-256 of the program that went on', event.program, { indent: 8 }),
      ];
    case 'reconciliation':
      return [
        markedLine('RECONCILED', `operation of event ${event.proposal}: ${event.outcome.replaceAll('-', ' ')}`),
        ...factLines(event.facts, 8),
      ];
  }
}

function correctionEntry(record: PackRecord, event: Correction): Paragraph[] {
  const answer = answerOf(record, event);
  const where = answer ? `answer of step ${answer.step}, event ${event.answer}` : `event ${event.answer}`;
  return [
    markedLine('CORRECTED', `${where}. Why: ${event.why}`),
    ...changesOf(record, event).map((change) => small(changeText(change), { indent: 8, before: 0.5 })),
  ];
}

/** What else was found, and what no longer holds. */
export function resumeText({ open, voided, recovered }: Extract<Event, { readonly type: 'resume' }>): string {
  return [
    open === null ? 'no operation was begun and left' : `the operation of event ${open} was begun, without a result`,
    voided.length === 0 ? 'no proposal became void' : `void: the proposals of events ${voided.join(', ')}`,
    recovered.length === 0 ? 'nothing else was found' : `found besides the record, and kept: ${recovered.length}`,
  ].join('; ');
}
