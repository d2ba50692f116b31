import { z } from 'zod';
import { parseUtc } from '../base/dates.ts';
import { CeremonyError } from '../base/errors.ts';
import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { lastBefore, TRANSCRIBES_EARLIER } from '../ledger/on-paper.ts';
import { readLedger } from '../ledger/read.ts';
import { fieldFault } from '../plan/field-value.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { defineStep } from '../plan/step-type.ts';
import { THING } from '../quorum/loss.ts';
import { line, sha256 } from '../script/schema/words.ts';
import { answerersFaults, answersIn } from './answers.ts';
import { seen } from './paper-parts.ts';

/**
 * A medium or a page was destroyed on paper, after an earlier ceremony had closed: what its paper says is typed, and counts as what it
 * is, the ink of those who signed it.
 */
export const transcribeEarlier = defineStep({
  name: TRANSCRIBES_EARLIER,
  version: 1,
  summary: 'Type into the record that a thing was destroyed on paper, after an earlier ceremony had closed.',
  irreversible: false,
  fields: () => ({ at: { type: 'utc' } }),
  needs: ['terminal', 'clock', 'pack'],
  schema: z.strictObject({
    kind: z.enum(['medium', 'paper-share'], { error: 'medium or paper-share' }),
    thing: z
      .string({ error: 'what was destroyed, as the custody register calls it' })
      .regex(THING)
      .describe('Its unit in the custody register of the ledger'),
    ceremony: z.int({ error: 'the number of a ceremony' }).min(1).describe('After whose close it was destroyed'),
    signed: z
      .array(line(100))
      .min(2, { error: 'at least two who signed the paper' })
      .describe('Who signed the paper that says so, as they stand on it'),
    page: sha256.exactOptional().describe('SHA-256 of the scan of that page, as an addendum of that pack has it'),
  }),
  simulate(params, world, { step, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody types what the paper says', 'add "by:"');
    if (step.check.length === 0) report('PLAN_PEOPLE', [], 'nobody else reads the paper', 'add "check:"');
    if (step.key !== step.id)
      report('PLAN_PEOPLE', [], 'several people would type it each for themselves', 'write "by:" with one seat');
    if (new Set(params.signed).size !== params.signed.length)
      report('PLAN_PARAMETER', ['with', 'signed'], 'one person is named twice');
    return world;
  },
  describe: (params) => [
    `Type what the paper of ceremony ${params.ceremony} says: when "${params.thing}" was destroyed.`,
    `Signed there by ${params.signed.join(' and ')}${params.page === undefined ? '' : `; scan of the page: SHA-256 ${params.page}`}.`,
    'It counts as destroyed from then on, and every account of it says that it was on paper.',
  ],
  paper: () => [seen('the paper says so, and has these signatures', 'the time was typed as it stands on paper')],
  async *run(params, step, { terminal, clock, pack }) {
    const seat = step.by[0] as string;
    const ledger = (await pack.list()).includes(PREVIOUS_LEDGER) ? readLedger(await pack.read(PREVIOUS_LEDGER)) : null;
    const problem = (typed: string) => timeFault(typed, clock.now(), params, ledger);
    const text = `The paper of ceremony ${params.ceremony}: when was "${params.thing}" destroyed?`;
    const at = await terminal.ask({ step: step.key, seat, text, kind: 'utc', problem });
    const fault = problem(at);
    if (fault) throw new CeremonyError('ANSWER_REFUSED', `"${at}" was typed of "${params.thing}": ${fault}`);
    yield {
      ...{ type: 'answer', step: step.key, seat, checkedBy: step.check, question: step.say },
      values: { unit: params.thing, did: 'destroyed', at },
    };
  },
  verify(params, step, own, evidence) {
    const answers = answersIn(own, evidence);
    const [answer] = answers;
    if (!answer || answers.length > 1)
      return [finding(step, `${answers.length} times is recorded what the paper says; expected once`)];
    const { unit, did, at, ...more } = answer.values;
    const faults = answerersFaults(step, answer, step.say);
    if (unit !== params.thing || did !== 'destroyed' || Object.keys(more).length > 0)
      faults.push(`what is recorded is ${JSON.stringify(answer.values)}, and not that "${params.thing}" was destroyed`);
    const bytes = evidence.file(PREVIOUS_LEDGER);
    const time = timeFault(String(at ?? ''), answer.at, params, bytes ? readLedger(bytes) : null);
    if (time) faults.push(`the time is ${JSON.stringify(at ?? null)}: ${time}`);
    return faults.map((fault) => finding(step, fault));
  },
});

function finding({ number, key }: PlannedStep, message: string) {
  return { check: 'STEP-ON-PAPER', message: `step ${number} "${key}": ${message}`, where: 'events.jsonl' };
}

const MINUTE = 60_000;

/** What was done on paper was done before it is typed, and after all that the ledger has of that ceremony, and of the thing. */
function timeFault(
  typed: string,
  now: string,
  { thing, ceremony }: { readonly thing: string; readonly ceremony: number },
  ledger: Ledger | null,
): string | undefined {
  const fault = fieldFault(typed, 'utc', undefined);
  if (fault) return fault;
  if (parseUtc(typed) > parseUtc(now)) return `it is only ${now}`;
  const last = ledger ? lastBefore(ledger, thing, ceremony) : undefined;
  // People write hours and minutes.
  if (last !== undefined && parseUtc(typed) + MINUTE <= parseUtc(last))
    return `the ledger has what was done in ceremony ${ceremony} or before its close, or with "${thing}", until ${last}`;
  return undefined;
}
