import { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import { durationInWords, durationMs, parseUtc } from '../base/dates.ts';
import { CeremonyError } from '../base/errors.ts';
import { fieldFault } from '../plan/field-value.ts';
import { fieldPart } from '../plan/paper-part.ts';
import { defineStep } from '../plan/step-type.ts';
import { fixedDuration } from '../script/schema/dates.ts';
import { objectsIn, observationIn } from './recorded-facts.ts';

/** The computer's clock against clocks that do not hang on it: wall, watch, radio. */
export const checkClock = defineStep({
  name: 'check-clock',
  version: 1,
  summary: "Compare the computer's clock with independent clocks.",
  irreversible: false,
  needs: ['terminal', 'clock'],
  schema: z.strictObject({
    references: z.int({ error: 'a number of clocks, 1 to 5' }).min(1).max(5),
    tolerance: fixedDuration,
  }),
  simulate(_params, world, { step, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody reads the clocks', 'add "by:"');
    return world;
  },
  describe: (params) => [
    `Read ${params.references} independent clocks (UTC). They may differ by ${durationInWords(params.tolerance)} at most.`,
  ],
  paper: (params) => [
    ...Array.from({ length: params.references }, (_, index) =>
      fieldPart(`clock ${index + 1} of ${params.references}`, 'utc'),
    ),
    fieldPart("this computer's clock", 'utc'),
  ],
  async *run(params, step, { terminal, clock }) {
    const seat = step.by[0] as string;
    const tolerance = durationMs(params.tolerance) / 1000;
    const readings: { typed: string; own: string; offsetSeconds: number }[] = [];
    for (let number = 1; number <= params.references; number++) {
      // As the clock was when the last reading was typed, however long people then think about it.
      let read: string | undefined;
      const typed = await terminal.ask({
        step: step.key,
        seat,
        text: `Time on clock ${number} of ${params.references} (UTC)`,
        kind: 'utc',
        problem: (given) => fieldFault(given, 'utc', undefined),
        doubt: (given) => {
          read = clock.now();
          return Math.abs(offsetOf(read, given)) > tolerance
            ? `it is more than ${durationInWords(params.tolerance)} from this computer's clock`
            : undefined;
        },
      });
      const own = read ?? clock.now();
      const offsetSeconds = offsetOf(own, typed);
      readings.push({ typed, own, offsetSeconds });
    }
    yield { type: 'observation', step: step.key, subject: 'clock', facts: { toleranceSeconds: tolerance, readings } };
    const off = readings.find((reading) => Math.abs(reading.offsetSeconds) > tolerance);
    if (off) {
      throw new CeremonyError(
        'CLOCK_OFFSET',
        `this computer says ${off.own}, the independent clock ${off.typed}; ${tolerance} s are allowed`,
        {
          hint: 'set the clock before the ceremony; times in certificates come from it',
        },
      );
    }
  },
  verify(params, step, own) {
    const fault = (message: string) => [
      { check: 'STEP-CLOCK', message: `step ${step.number} "${step.key}": ${message}`, where: 'events.jsonl' },
    ];
    const seen = observationIn(own, 'clock');
    const readings = objectsIn(seen?.facts['readings']);
    const limit = durationMs(params.tolerance) / 1000;
    if (
      !seen ||
      seen.facts['toleranceSeconds'] !== limit ||
      readings.length !== params.references ||
      !readings.every((reading) => isWithin(reading, limit))
    )
      return fault(`not ${params.references} clocks within ${params.tolerance}`);
    // The computer's own times are those of the record: each lies between the events around it, in their order.
    const times = [own[0]?.at, ...readings.map((reading) => String(reading['own'])), seen.at].map(String);
    return times.every((time, index) => index === 0 || time >= String(times[index - 1]))
      ? []
      : fault(`its own times are not between ${times[0]} and ${seen.at}, when its events were recorded`);
  },
});

function offsetOf(own: string, typed: string): number {
  return Math.round((parseUtc(own) - parseUtc(typed)) / 1000);
}

/** The offset is what the two recorded times make it, and not what the record says of them. */
function isWithin({ own, typed, offsetSeconds }: JsonObject, limit: number): boolean {
  try {
    const offset = offsetOf(String(own), String(typed));
    return offset === offsetSeconds && Math.abs(offset) <= limit;
  } catch (error) {
    if (error instanceof CeremonyError) return false;
    throw error;
  }
}
