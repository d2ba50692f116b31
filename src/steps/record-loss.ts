import { z } from 'zod';
import { isCalendarDate } from '../base/dates.ts';
import { CeremonyError } from '../base/errors.ts';
import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read.ts';
import { type LossParams, RECORDS_LOSS, thingNamed } from '../plan/losses.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { resultOf } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { DAY, LOSABLE, LOSS_STATES, THING } from '../quorum/loss.ts';
import type { Operation } from '../quorum/operation.ts';
import type { Roster } from '../quorum/roster.ts';
import { line, name } from '../script/schema/words.ts';
import { withCorrections } from '../transcript/correction.ts';
import type { Event } from '../transcript/event.ts';
import { answerFaults } from './answers.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { oneOf } from './paper-parts.ts';

const CHECK = 'STEP-LOSS';

/**
 * The quorum declares that an HSM, a quorum token, a medium or a page is lost, or found again. Nothing is destroyed by that: a lost
 * copy stays one, until somebody accounts for it.
 */
export const recordLoss = defineStep({
  name: RECORDS_LOSS,
  version: 1,
  summary: 'Declare that an HSM, a quorum token, a medium or a page is lost, or was found again.',
  irreversible: false,
  operation: () => 'record-loss' as const,
  proposesItself: true,
  needs: ['operations', 'pack', 'terminal'],
  schema: z
    .strictObject({
      token: name.describe('HSM of this ceremony at which it is declared; of one that was found, that one'),
      kind: z.enum(LOSABLE, { error: LOSABLE.join(', ') }),
      thing: z
        .string({ error: 'what is lost, as the ledger calls it' })
        .regex(THING)
        .describe(
          'Of an HSM its name or serial in the ledger; of a quorum token the seat; else its unit in the custody register',
        ),
      serial: line(64).exactOptional().describe('Of a quorum token, where the seat has several'),
      state: z.enum(LOSS_STATES, { error: LOSS_STATES.join(' or ') }),
      since: z
        .string({ error: 'a day, such as "2027-03-01"' })
        .regex(DAY)
        .describe('The day since which it is missed, or on which it was found; UTC'),
      exposed: z
        .boolean({ error: 'true or false' })
        .describe('Whether somebody may have it who must not, or may have had it'),
      how: line(400).describe('How it was lost, or found'),
      circumstances: line(400).describe('What else is known of it, and where that is on file'),
    })
    .superRefine(({ kind, serial }, context) => {
      if (serial !== undefined && kind !== 'quorum-token')
        context.addIssue({ code: 'custom', path: ['serial'], message: 'of a quorum token alone' });
    }),
  simulate(params, world, { step, plan, report, window }) {
    if (step.say === '')
      report('PLAN_PARAMETER', [], 'nothing is said: what does the witness of the loss state?', 'add "say:"');
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody states it', 'add "by:"');
    if (step.check.length === 0) report('PLAN_PEOPLE', [], 'nobody hears what is stated', 'add "check:"');
    if (step.key !== step.id)
      report('PLAN_PEOPLE', [], 'several people would state it each for themselves', 'write "by:" with one seat');
    if (!plan.tokens.some((one) => one.name === params.token))
      report('PLAN_NAME', ['with', 'token'], `the script has no token "${params.token}"`);
    if (!isCalendarDate(params.since) || params.since > window[1].slice(0, 10))
      report(
        'PLAN_PARAMETER',
        ['with', 'since'],
        `"${params.since}" is ${isCalendarDate(params.since) ? 'after this ceremony' : 'no day'}`,
      );
    return world;
  },
  describe: (params) => [
    params.state === 'lost'
      ? `Declare that ${wordsOf(params)} is LOST since ${params.since}: ${params.how}`
      : `Declare that ${wordsOf(params)}, which was lost, was FOUND on ${params.since}: ${params.how}`,
    params.circumstances,
    params.exposed
      ? 'Somebody may have it who must not, or may have had it: the ledger lists what that calls for.'
      : 'Nobody can have it who must not.',
    params.state === 'lost'
      ? 'It is not destroyed by that: it counts as a copy, and keeps the record of a destruction incomplete.'
      : params.kind === 'hsm'
        ? 'The HSM is looked at, without a login.'
        : 'It is put back where it belongs, by a step of its own.',
  ],
  paper: () => [oneOf('yes', 'no'), { kind: 'approvals', operations: ['record-loss'] }],
  async *run(params, step, { operations, pack, terminal, ceremony }) {
    if (operations.isDone(step)) return;
    const { plan, events, roster } = ceremony;
    if (!statedIn(step, events())) {
      const seat = step.by[0] as string;
      const typed = await terminal.ask({ step: step.key, seat, text: step.say, kind: 'yes-no' });
      if (typed !== 'yes')
        throw new CeremonyError('ANSWER_REFUSED', `"${typed}" was answered: the witness does not state it`, {
          hint: 'nothing is declared that nobody states: end the ceremony, and write a script of what is known',
        });
      yield {
        ...{ type: 'answer', step: step.key, seat, checkedBy: step.check, question: step.say },
        values: { answer: typed },
      };
    }
    const ledger = (await pack.list()).includes(PREVIOUS_LEDGER) ? readLedger(await pack.read(PREVIOUS_LEDGER)) : null;
    yield* operations.put(step, () => ({
      operation: lossAsPlanned(params, step, plan, events(), ledger, roster()),
      payload: null,
      lint: [],
    }));
    yield* operations.collectQuorum([step]);
    yield* operations.execute(step);
  },
  verify(params, step, own, { plan, events, file, roster }) {
    const fault = (message: string) => ({
      check: CHECK,
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const bytes = file(PREVIOUS_LEDGER);
    const ledger = bytes ? readLedger(bytes) : null;
    const faults = [
      ...statementFaults(step, events),
      ...answerFaults(step, own),
      ...unplanned(step, own, events, (_proposed, before) => lossAsPlanned(params, step, plan, before, ledger, roster)),
    ];
    const facts = resultOf(events, step.key)?.facts;
    const named = ledger ? thingNamed(params, ledger, roster) : undefined;
    if (!facts || !named || typeof named === 'string') return [...faults, 'nothing was declared'].map(fault);
    const due = {
      ...{ kind: params.kind, thing: named.thing, to: params.state },
      ...(params.kind === 'hsm' && params.state === 'found' ? { seen: named.thing } : {}),
    };
    for (const [member, value] of Object.entries(due))
      if (facts[member] !== value)
        faults.push(`the result states "${member}" "${String(facts[member])}"; it was "${value}"`);
    return faults.map(fault);
  },
});

function wordsOf({ kind, thing }: LossParams): string {
  return kind === 'quorum-token'
    ? `the quorum token of "${thing}"`
    : `the ${kind === 'hsm' ? 'HSM' : kind === 'medium' ? kind : 'page'} "${thing}"`;
}

/** @throws CeremonyError PACK_UNREADABLE where the thing is none that the ledger, or the roster, knows */
function lossAsPlanned(
  params: LossParams,
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
  ledger: Ledger | null,
  roster: Roster,
): Operation {
  const named = ledger ? thingNamed(params, ledger, roster) : 'there is no ledger before this ceremony';
  if (typeof named === 'string') throw new CeremonyError('PACK_UNREADABLE', named);
  const { kind, state: to, since, exposed, how, circumstances } = params;
  return {
    op: 'record-loss',
    ...commonAsPlanned(plan, before, step, params.token),
    hold: null,
    ...{ kind, ...named, to, since, exposed, how, circumstances, witness: step.by[0] ?? '' },
  };
}

function statedIn({ key }: PlannedStep, events: readonly Event[]) {
  return withCorrections(events).find((event) => event.type === 'answer' && event.step === key);
}

/** The witness has stated it, and before anything was proposed. */
function statementFaults(step: PlannedStep, events: readonly Event[]): string[] {
  const stated = statedIn(step, events);
  const proposed = events.find((event) => event.type === 'proposed' && event.step === step.key);
  if (
    stated?.type !== 'answer' ||
    stated.values['answer'] !== 'yes' ||
    stated.seat !== step.by[0] ||
    stated.question !== step.say
  )
    return [`${step.by[0] ?? 'nobody'} has not stated what was declared`];
  return proposed && proposed.seq < stated.seq ? ['it was proposed before anybody stated it'] : [];
}
