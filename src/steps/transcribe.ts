import { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import { parseUtc } from '../base/dates.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Finding } from '../base/finding.ts';
import { CUSTODY_STEPS } from '../ledger/custody.ts';
import { unitsOfStep } from '../plan/custody.ts';
import { fieldFault } from '../plan/field-value.ts';
import type { Plan, PlannedAct, PlannedStep } from '../plan/plan.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import type { Question, Terminal } from '../ports.ts';
import { line } from '../script/schema/words.ts';
import type { AnswerEvent, Event } from '../transcript/event.ts';
import { answerersFaults, answersIn } from './answers.ts';
import { askAbout } from './custody.ts';
import { custodyFaults } from './custody-judged.ts';
import { seen } from './paper-parts.ts';

/** What the paper of one act says, or of one thing in it, is one answer. */
interface Entry {
  readonly step: PlannedStep;
  /** The thing it is about, or null. */
  readonly unit: string | null;
}

/** Members of an entry that are no field of the step on paper. */
const RESERVED = ['of', 'at', 'unit', 'did', 'bag', 'place'];

/** What was done on paper before the program ran is typed into the record, step by step, from the paper. */
export const transcribe = defineStep({
  name: 'transcribe',
  version: 1,
  summary: 'Type into the record what was done on paper.',
  irreversible: false,
  fields: (params, script) => ({
    at: { type: 'utc' },
    ...Object.assign(
      {},
      ...script.acts
        .filter(({ title }) => title === params.act)
        .flatMap(({ steps }) => steps.map(({ fields }) => fields ?? {})),
    ),
  }),
  needs: ['terminal', 'clock'],
  schema: z.strictObject({ act: line(100) }),
  simulate(params, world, { step, paper, report }) {
    const act = paper.find(({ title }) => title === params.act);
    if (!act) report('PLAN_NAME', ['with', 'act'], `there is no act "${params.act}" on paper`);
    else if (act.index > step.act) report('PLAN_ORDER', ['with', 'act'], `the act "${params.act}" comes later`);
    if (world.transcribed.has(params.act))
      report('PLAN_ORDER', ['with', 'act'], `"${params.act}" is transcribed twice`);
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody types what the paper says', 'add "by:"');
    for (const one of act?.steps ?? []) {
      const taken = RESERVED.filter((name) => Object.hasOwn(one.fields, name));
      for (const name of taken)
        report(
          'PLAN_PARAMETER',
          ['with', 'act'],
          `"${one.id}" has a field "${name}", which the record needs for itself`,
        );
    }
    return { ...world, transcribed: new Set([...world.transcribed, params.act]) };
  },
  describe: (params) => [`Type what the paper says of "${params.act}": the time of each step, numbers and values.`],
  paper: () => [seen('each value was typed as it stands on paper')],
  async *run(params, step, { terminal, ceremony, clock }) {
    const { plan } = ceremony;
    const seat = step.by[0] as string;
    for (const entry of entriesOf(plan, actOf(plan, params.act))) {
      const values = await ask(
        terminal,
        { key: step.key, seat, now: () => clock.now() },
        entry,
        plan,
        ceremony.events(),
      );
      yield { type: 'answer', step: step.key, seat, checkedBy: step.check, question: entry.step.say, values };
    }
  },
  verify(params, step, own, evidence) {
    const act = actOf(evidence.plan, params.act);
    const answers = answersIn(own, evidence);
    const entries = entriesOf(evidence.plan, act);
    const of = (entry: Entry) => answers.filter((answer) => isOf(answer, entry));
    const foreign = answers.filter((answer) => !entries.some((entry) => isOf(answer, entry)));
    const faults = entries.flatMap((entry) => {
      const found = of(entry);
      const name = `step ${entry.step.number} "${entry.unit ?? entry.step.key}"`;
      if (found.length !== 1) return [`of ${name} on paper is recorded ${found.length} times what was done`];
      return found.flatMap((answer) => entryFaults(answer, entry, step, evidence).map((fault) => `${name}: ${fault}`));
    });
    const surplus = foreign.map(({ seq }) => `event ${seq} is of no step on paper`);
    return [...faults, ...surplus].map(
      (fault): Finding => ({
        check: 'STEP-TRANSCRIBED',
        message: `step ${step.number} "${step.key}": ${fault}`,
        where: 'events.jsonl',
      }),
    );
  },
});

function actOf(plan: Plan, title: string): PlannedAct | undefined {
  return plan.paper.find((act) => act.title === title);
}

/** What is recorded of an act on paper, in the order of the paper: of a step of custody, each thing. */
function entriesOf(plan: Plan, act: PlannedAct | undefined): Entry[] {
  return (act?.steps ?? []).flatMap((step): Entry[] =>
    CUSTODY_STEPS[step.type] === undefined
      ? [{ step, unit: null }]
      : unitsOfStep(plan, step).map(({ unit }) => ({ step, unit })),
  );
}

function isOf({ values }: AnswerEvent, { step, unit }: Entry): boolean {
  return values['of'] === step.key && (values['unit'] ?? null) === unit;
}

async function ask(
  terminal: Terminal,
  { key, seat, now }: { readonly key: string; readonly seat: string; readonly now: () => string },
  { step, unit }: Entry,
  plan: Plan,
  events: readonly Event[],
): Promise<Record<string, string>> {
  await terminal.say(
    [`From the paper: step ${step.number} ${step.id}, by ${step.by.join(', ')}`, step.say].filter(Boolean),
  );
  const type = async (
    question: Pick<Question, 'text' | 'kind' | 'shape'>,
    problem: (typed: string) => string | undefined,
  ) => {
    const typed = await terminal.ask({ step: key, seat, ...question, problem });
    const fault = problem(typed);
    if (fault)
      throw new CeremonyError('ANSWER_REFUSED', `"${typed}" was typed for step ${step.number} on paper: ${fault}`);
    return typed;
  };
  const values: Record<string, string> = {
    of: step.key,
    at: await type({ text: `Step ${step.number}: when was it done?`, kind: 'utc' }, (typed) => timeFault(typed, now())),
  };
  for (const [field, form] of Object.entries(step.fields)) {
    if (unit !== null) break;
    const kind = form['type'] as Question['kind'];
    const shape = form['shape'] as string | undefined;
    values[field] = await type(
      { text: `Step ${step.number}: ${field}`, kind, ...(shape === undefined ? {} : { shape }) },
      (typed) => fieldFault(typed, kind, shape),
    );
  }
  const did = CUSTODY_STEPS[step.type];
  if (unit === null || did === undefined) return values;
  return {
    ...values,
    ...(await askAbout(terminal, { step: key, seat, subject: unit }, unit, did, step, plan, events)),
  };
}

/** What was done on paper was done before it is typed. */
function timeFault(typed: string, now: string): string | undefined {
  const fault = fieldFault(typed, 'utc', undefined);
  if (fault) return fault;
  return parseUtc(typed) <= parseUtc(now) ? undefined : `it is only ${now}`;
}

function entryFaults(
  answer: Event & AnswerEvent,
  { step, unit }: Entry,
  transcribing: PlannedStep,
  evidence: StepEvidence,
): string[] {
  const { values } = answer;
  const did = CUSTODY_STEPS[step.type];
  const about = unit !== null && did !== undefined;
  const form: Readonly<Record<string, JsonObject>> = about ? {} : step.fields;
  const expected = ['of', 'at', ...Object.keys(form)];
  const faults = answerersFaults(transcribing, answer, step.say);
  const time = timeFault(String(values['at'] ?? ''), answer.at);
  if (time) faults.push(`the time is ${JSON.stringify(values['at'] ?? null)}: ${time}`);
  for (const [field, { type, shape }] of Object.entries(form)) {
    const value = values[field];
    const fault =
      typeof value === 'string' ? fieldFault(value, String(type), shape as string | undefined) : 'it is missing';
    if (fault) faults.push(`"${field}" is ${JSON.stringify(value ?? null)}: ${fault}`);
  }
  if (about) return [...faults, ...custodyFaults(answer, did, step, evidence)];
  const surplus = Object.keys(values).filter((name) => !expected.includes(name));
  return [...faults, ...surplus.map((name) => `"${name}" is no field of it`)];
}
