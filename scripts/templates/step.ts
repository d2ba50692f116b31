/** src/steps/NAME.ts as `npm run new-step` makes it: a whole step, on which its author changes what differs. */
export function stepSource(name: string, identifier: string): string {
  return `import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { defineStep } from '../plan/step-type.ts';

/** A person says that something was done. */
export const ${identifier} = defineStep({
  name: '${name}',
  version: 1,
  summary: 'A person says that something was done.',
  irreversible: false,
  needs: ['terminal'],
  schema: z.strictObject({
    /** What is to be done, in the words that the person reads. */
    task: z.string({ error: 'what is to be done' }).min(1).max(200),
  }),
  simulate(_params, world, { step, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody does this', 'add "by:"');
    return world;
  },
  describe: (params) => [params.task],
  async *run(params, step, { terminal }) {
    const seat = step.by[0] as string;
    const typed = await terminal.ask({ step: step.key, seat, text: params.task, kind: 'confirm' });
    if (typed !== 'done') throw new CeremonyError('ANSWER_REFUSED', \`"\${typed}" is no answer, expected done\`);
    const values = { answer: typed };
    yield { type: 'answer', step: step.key, seat, checkedBy: step.check, question: params.task, values };
  },
  verify(_params, step, own) {
    if (own.some((event) => event.type === 'answer' && event.seat === step.by[0])) return [];
    const message = \`step \${step.number} "\${step.key}" has no answer by \${step.by[0]}\`;
    return [{ check: 'STEP-ANSWER', message, where: 'events.jsonl' }];
  },
});
`;
}

/** test/steps/NAME.test.ts for that step. */
export function stepTest(name: string, identifier: string): string {
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PlannedStep } from '../../src/plan/plan.ts';
import type { Committed, RunContext, SimulateContext, StepEvidence } from '../../src/plan/step-type.ts';
import { EMPTY_WORLD } from '../../src/plan/world.ts';
import { ${identifier} } from '../../src/steps/${name}.ts';
import type { Event, EventData } from '../../src/transcript/event.ts';

const params = { task: 'Close the door' };
const step = { key: 'door', number: '3', by: ['administrator-1'], check: ['witness-1'], params } as unknown as PlannedStep;

function simulate(changes: Partial<PlannedStep>): readonly string[] {
  const problems: string[] = [];
  const report = (code: string, _path: unknown, message: string) => problems.push(\`\${code}: \${message}\`);
  const world = ${identifier}.simulate(params, EMPTY_WORLD, { step: { ...step, ...changes }, report } as unknown as SimulateContext);
  assert.equal(world, EMPTY_WORLD);
  return problems;
}

async function run(typed: string): Promise<EventData[]> {
  const events: EventData[] = [];
  const context = { terminal: { ask: async () => typed } } as unknown as RunContext<'terminal'>;
  const running = ${identifier}.run(params, step, context);
  const committed = {} as Committed;
  for (let next = await running.next(); !next.done; next = await running.next(committed))
    events.push(...('type' in next.value ? [next.value] : next.value));
  return events;
}

test('reads its parameters, and refuses others', () => {
  assert.deepEqual(${identifier}.schema.parse(params), params);
  assert.equal(${identifier}.schema.safeParse({}).success, false);
  assert.equal(${identifier}.schema.safeParse({ ...params, more: 1 }).success, false);
});

test('the plan wants somebody who does it', () => {
  assert.deepEqual(simulate({}), []);
  assert.deepEqual(simulate({ by: [] }), ['PLAN_PEOPLE: nobody does this']);
});

test('people read what is to be done', () => {
  assert.deepEqual(${identifier}.describe(params, step, {} as never), ['Close the door']);
});

test('records who said so, and refuses any other word', async () => {
  const [answer, ...others] = await run('done');
  assert.deepEqual(others, []);
  assert.deepEqual(answer, {
    type: 'answer',
    step: 'door',
    seat: 'administrator-1',
    checkedBy: ['witness-1'],
    question: 'Close the door',
    values: { answer: 'done' },
  });
  await assert.rejects(run('later'), { code: 'ANSWER_REFUSED', message: '"later" is no answer, expected done' });
});

test('a verifier misses the answer', async () => {
  const events = (await run('done')) as Event[];
  assert.deepEqual(${identifier}.verify(params, step, events, {} as StepEvidence), []);
  assert.deepEqual(${identifier}.verify(params, step, [], {} as StepEvidence), [
    { check: 'STEP-ANSWER', message: 'step 3 "door" has no answer by administrator-1', where: 'events.jsonl' },
  ]);
});
`;
}
