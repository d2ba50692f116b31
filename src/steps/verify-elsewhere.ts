import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { isLastRow, lastRowOf } from '../base/words.ts';
import { fieldPart } from '../plan/paper-part.ts';
import { defineStep } from '../plan/step-type.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { answerFaults, answersIn } from './answers.ts';
import { oneOf } from './paper-parts.ts';

/** Type of the step that writes a provisional pack. */
const WRITES = 'write-media';

/** Events of which a provisional pack on a medium may be: it was copied between the first and the last of these. */
interface Span {
  readonly first: number;
  readonly last: number;
}

/**
 * Somebody verifies the provisional pack on their own computer, while the quorum is still here, and types from there how
 * many events it has and the last row of its head: nobody can know that head who has not read the whole pack.
 */
export const verifyElsewhere = defineStep({
  name: 'verify-elsewhere',
  version: 1,
  summary: 'Have the provisional pack verified on another computer, and type what it shows.',
  irreversible: false,
  needs: ['terminal'],
  schema: z.strictObject({ medium: name }),
  simulate(params, world, { step, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody verifies the pack', 'add "by: auditor"');
    if (!world.files.has(`${params.medium}: provisional`))
      report('PLAN_ORDER', ['with', 'medium'], `no provisional pack was written onto "${params.medium}" before`);
    if (world.signedOff) report('PLAN_ORDER', ['step'], 'everybody has signed off already: it would come too late');
    return { ...world, verified: true };
  },
  describe: (params) => [
    `Take one copy of "${params.medium}" to your own computer, and verify the provisional pack there:`,
    'quorate verify …/provisional --expect … --roster … --outcome interrupted',
    'Type from there how many events it has, and the last row of the words of its head.',
  ],
  paper: () => [
    fieldPart('events that the other computer finds', 'integer'),
    { kind: 'digest', name: 'head that the other computer shows', printed: null },
    oneOf('no findings', 'findings'),
  ],
  async *run(params, step, { terminal, ceremony }) {
    const seat = step.by[0] as string;
    const span = spanOf(params.medium, ceremony.events());
    if (!span) throw new CeremonyError('FILE_MISSING', `no pack was written onto "${params.medium}" in this ceremony`);
    const outside = (typed: string) =>
      isWithin(typed, span) ? undefined : `the pack on "${params.medium}" has ${span.first} to ${span.last} events`;
    const asked = { step: step.key, seat };
    const events = await terminal.ask({
      ...asked,
      text: 'How many events does the other computer find?',
      kind: 'integer',
      shown: String(span.first),
      problem: outside,
    });
    const problem = outside(events);
    if (problem) throw new CeremonyError('COMPARISON_FAILED', `"${events}" events were found elsewhere: ${problem}`);
    const head = ceremony.headAt(Number(events));
    const row = await terminal.ask({
      ...asked,
      text: 'Type the last row of the words of its head',
      kind: 'words',
      shown: head,
      against: 'another-machine',
      subject: 'head',
      problem: (typed) =>
        isLastRow(typed, head) ? undefined : 'that is not the last row of the head after these events',
    });
    if (!isLastRow(row, head)) {
      throw new CeremonyError(
        'COMPARISON_FAILED',
        `"${row}" is not the last row of the head after event ${events}: the pack on "${params.medium}" is another one`,
      );
    }
    const values = { events, words: lastRowOf(head) };
    yield { type: 'answer', step: step.key, seat, checkedBy: step.check, question: step.say, values };
  },
  verify(params, step, own, evidence) {
    const finding = (message: string) => ({
      check: 'STEP-ELSEWHERE',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const [answer] = answersIn(own, evidence);
    if (!answer) return [finding('nobody verified the pack elsewhere')];
    const begin = own[0]?.seq ?? 0;
    const span = spanOf(
      params.medium,
      evidence.events.filter(({ seq }) => seq < begin),
    );
    const { events, words } = answer.values;
    const faults = answerFaults(step, own);
    if (!span || typeof events !== 'string' || !isWithin(events, span)) {
      faults.push(
        `the pack verified elsewhere had ${JSON.stringify(events ?? null)} events, and none such was written`,
      );
    } else if (words !== lastRowOf(evidence.headAt(Number(events)))) {
      faults.push(`${JSON.stringify(words ?? null)} is not the last row of the head after event ${events}`);
    }
    return faults.map(finding);
  },
});

/** The first and the last event of which a copy on that medium may be, the last time that it was written. */
function spanOf(medium: string, events: readonly Event[]): Span | undefined {
  const written = events.filter(
    (event) =>
      event.type === 'observation' && event.subject === 'medium' && isCopyOf(String(event.facts['medium']), medium),
  );
  const last = written.at(-1);
  if (last?.type !== 'observation') return undefined;
  const begin = events.findLast(
    (event) =>
      event.type === 'step' &&
      event.kind === WRITES &&
      event.step === last.step &&
      event.phase === 'begin' &&
      event.seq < last.seq,
  );
  return begin && { first: begin.seq, last: last.seq - 1 };
}

/** A medium's copies are called by its name and a number. */
function isCopyOf(copy: string, medium: string): boolean {
  return copy === medium || copy.replace(/ \d+$/, '') === medium;
}

function isWithin(typed: string, { first, last }: Span): boolean {
  return /^[1-9]\d{0,6}$/.test(typed) && Number(typed) >= first && Number(typed) <= last;
}
