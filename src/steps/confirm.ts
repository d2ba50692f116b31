import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import type { Finding } from '../base/finding.ts';
import { inputOf } from '../plan/inputs.ts';
import type { PlannedStep } from '../plan/plan.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import type { Event } from '../transcript/event.ts';
import { differenceLines, digestShown, filesShown, holdShown, requestShown } from './differences.ts';
import { oneOf } from './paper-parts.ts';
import { judgeSaidDone, sayDone } from './said-done.ts';

/** People do something, or answer a question with yes or no; the record says who said so, and what they were shown. */
export const confirm = defineStep({
  name: 'confirm',
  version: 1,
  summary: 'People confirm that something was done, or answer yes or no.',
  irreversible: false,
  onPaper: true,
  shows: true,
  needs: ['pack', 'terminal'],
  schema: z.strictObject({ answer: z.literal('yes-or-no', { error: '"yes-or-no"' }).exactOptional() }),
  simulate(_params, world, context) {
    const { step, act, paper, report } = context;
    if (step.say === '') report('PLAN_PARAMETER', [], 'nothing is said: what do people confirm?', 'add "say:"');
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody confirms this', 'add "by:"');
    holdShown(world, context, paper.includes(act));
    return world;
  },
  describe: (params) => [params.answer ? 'Answer yes or no.' : 'Say when it is done.'],
  paper: (params) => [params.answer ? oneOf('yes', 'no') : { kind: 'ticks', says: '', of: ['done'] }],
  async *run(params, step, { terminal, pack, ceremony }) {
    const input = requestShown(step);
    if (input === undefined) {
      yield* sayDone(step, terminal, params.answer !== undefined);
      return;
    }
    const { plan } = ceremony;
    const events = ceremony.events();
    const files = new Map<string, Uint8Array>();
    for (const path of filesShown(plan, events, await pack.list(), input)) files.set(path, await pack.read(path));
    const lines = differenceLines(plan, events, input, files);
    await terminal.say(lines);
    yield* sayDone(step, terminal, params.answer !== undefined, { shown: digestShown(lines) });
  },
  verify: (params, step, own, evidence) => [
    ...judgeSaidDone(step, own, params.answer !== undefined),
    ...judgeShown(step, own, evidence),
  ],
});

/** People said so of the very lines that follow from the request in the pack. */
function judgeShown(step: PlannedStep, own: readonly Event[], { plan, events, paths, file }: StepEvidence): Finding[] {
  const input = requestShown(step);
  if (input === undefined) return [];
  const finding = (message: string) => ({
    check: 'STEP-ANSWER',
    message: `step ${step.number} "${step.key}": ${message}`,
    where: 'events.jsonl',
  });
  const isFolder = inputOf(plan, input)?.type === 'csr-folder';
  const answer = own.find((event) => event.type === 'answer');
  const before = events.filter(({ seq }) => seq < (answer?.seq ?? 0));
  try {
    const files = new Map<string, Uint8Array>();
    for (const path of filesShown(plan, before, paths, input)) {
      const bytes = file(path);
      if (bytes) files.set(path, bytes);
    }
    const wanted = digestShown(differenceLines(plan, before, input, files));
    const shown = answer?.type === 'answer' ? answer.values['shown'] : undefined;
    return shown === wanted
      ? []
      : [finding(`what was shown of "${input}" is not what ${isFolder ? 'its requests ask' : 'the request asks'} for`)];
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return [finding(error.message)];
  }
}
