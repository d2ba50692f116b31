import { z } from 'zod';
import { durationInWords, durationMs, parseUtc } from '../base/dates.ts';
import { CeremonyError } from '../base/errors.ts';
import { fieldPart } from '../plan/paper-part.ts';
import { defineStep } from '../plan/step-type.ts';
import { openApprovals } from '../plan/world.ts';
import { fixedDuration } from '../script/schema/dates.ts';
import { distinct, name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';

/** As many stay with the equipment as nobody is alone with it. */
const LEAST = 2;

/** Everybody but those who stay leaves the room: the HSM is locked, and the head is typed back from paper by two. */
export const breakStep = defineStep({
  name: 'break',
  version: 1,
  summary: 'Pause: the HSM is locked, some stay with the equipment, and two type the head back.',
  irreversible: false,
  needs: ['pauses', 'terminal'],
  schema: z.strictObject({
    'at-most': fixedDuration,
    stay: distinct(name, 1),
    return: z.literal('head-words', { error: '"head-words"' }),
  }),
  simulate(params, world, { step, plan, find, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody calls people back', 'add "by:"');
    for (const [index, role] of params.stay.entries()) {
      if (plan.seats[role] === undefined)
        report('PLAN_PEOPLE', ['with', 'stay', index], `the script has no seat "${role}"`);
    }
    const stays = params.stay.flatMap((role) => plan.seats[role] ?? []);
    if (stays.length < LEAST)
      report('PLAN_PEOPLE', ['with', 'stay'], `${stays.length} stay with the equipment, expected at least ${LEAST}`);
    for (const token of world.tokens.values()) {
      if (token.active) report('PLAN_ORDER', ['step'], `the HSM "${token.name}" is unlocked when people leave`);
    }
    for (const [id] of openApprovals(world)) {
      if (find(id)?.act === step.act)
        report('PLAN_ORDER', ['step'], `"${id}" is approved and not done when people leave`);
    }
    return world;
  },
  describe: (params) => [
    `At most ${durationInWords(params['at-most'])}. These stay with the equipment: ${params.stay.join(', ')}.`,
    'The HSM is locked. The head is written on every paper copy, and two people type it back.',
  ],
  paper: (params, _step, plan) => [
    {
      kind: 'people',
      says: 'stayed with the equipment:',
      seats: params.stay.flatMap((role) => plan.seats[role] ?? []),
    },
    { kind: 'digest', name: 'head', printed: null },
    fieldPart('from', 'utc'),
    fieldPart('until', 'utc'),
  ],
  async *run(params, step, { pauses, terminal, ceremony }) {
    const stays = params.stay.flatMap((role) => ceremony.plan.seats[role] ?? []);
    const begun = ceremony.events().length;
    await pauses.pause(step.say === '' ? 'break' : step.say, stays);
    const own = () => ceremony.events().slice(begun);
    const took = lengthOf(own());
    if (took === undefined)
      throw new CeremonyError('PAUSE_REFUSED', 'the break did not begin and end as the record has to show it');
    if (took <= durationMs(params['at-most'])) return;
    const problem = () =>
      own().some(({ type }) => type === 'deviation') ? undefined : 'press ? and record the deviation first';
    const text = `The break took ${Math.ceil(took / 60_000)} minutes, and ${params['at-most']} were planned. Record why`;
    await terminal.ask({ step: step.key, seat: step.by[0] as string, text, kind: 'confirm', problem });
    if (problem() !== undefined)
      throw new CeremonyError('PAUSE_REFUSED', 'the break took too long, and nobody recorded why');
  },
  verify(params, step, own, { plan }) {
    const fault = (message: string) => [
      { check: 'STEP-BREAK', message: `step ${step.number} "${step.key}": ${message}`, where: 'events.jsonl' },
    ];
    const took = lengthOf(own);
    if (took === undefined) return fault('no pause began and ended');
    const stays = params.stay.flatMap((role) => plan.seats[role] ?? []).toSorted();
    const stayed = own.find((event) => event.type === 'pause');
    if (stayed?.type !== 'pause' || stayed.stays.toSorted().join() !== stays.join())
      return fault(
        `${stayed?.type === 'pause' ? stayed.stays.join(', ') : 'nobody'} stayed with the equipment; the plan says ${stays.join(', ')}`,
      );
    if (took <= durationMs(params['at-most']) || own.some(({ type }) => type === 'deviation')) return [];
    return fault(`it took ${took / 1000} s, and ${params['at-most']} were planned; nobody recorded why`);
  },
});

/** How long the pause took that began and ended in a step, in milliseconds; undefined where there is none. */
function lengthOf(events: readonly Event[]): number | undefined {
  const end = events.findLast((event) => event.type === 'pause' && event.phase === 'end');
  const begin = events.findLast(
    (event) => event.type === 'pause' && event.phase === 'begin' && event.seq < (end?.seq ?? 0),
  );
  return end && begin ? parseUtc(end.at) - parseUtc(begin.at) : undefined;
}
