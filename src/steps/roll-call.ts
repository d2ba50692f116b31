import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { defineStep } from '../plan/step-type.ts';
import { presenceBytes } from '../quorum/statement.ts';
import { seen } from './paper-parts.ts';
import { judgeStatement, recordStatement } from './statement-files.ts';

/** A root ceremony's pack is below 2 MiB; what is asked for leaves room for a long day. */
const ROOM_BYTES = 64 * 2 ** 20;

/** Each person's token signs the authorization's digest and opens a test envelope, before anything depends on it. */
export const rollCall = defineStep({
  name: 'roll-call',
  version: 1,
  summary: 'Every quorum token signs the authorization and opens a test envelope.',
  irreversible: false,
  needs: ['guard', 'pack', 'machine'],
  schema: z.strictObject({}),
  simulate(_params, world, { step, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody answers this roll-call', 'add "each: crypto-officer"');
    return { ...world, present: new Set([...world.present, ...step.by]) };
  },
  describe: () => ['Present the token and type its PIN. It signs the authorization and opens a test envelope.'],
  paper: () => [seen('the token signed the authorization', 'it opened the test envelope')],
  async *run(_params, step, { guard, pack, machine, ceremony }) {
    const room = await machine.room();
    if (room < ROOM_BYTES) {
      throw new CeremonyError(
        'OUTPUT_FULL',
        `${room} bytes are free where the pack is written; ${ROOM_BYTES} are wanted`,
        { hint: 'make room before the HSM is touched' },
      );
    }
    const seat = step.by[0] as string;
    const called = await guard.rollCall(seat);
    yield* recordStatement(pack, step, ceremony.events(), 'presence', called, { testEnvelope: 'opened' });
  },
  verify: (_params, step, own, evidence) => {
    const opened = own.some((event) => event.type === 'statement' && event.facts['testEnvelope'] === 'opened');
    const message = `step ${step.number} "${step.key}": no test envelope was opened`;
    const findings = judgeStatement('STEP-ROLL-CALL', 'presence', step, own, evidence, () =>
      presenceBytes({
        ceremony: evidence.ceremony,
        authorization: evidence.authorization.digest,
        seat: step.by[0] as string,
      }),
    );
    return opened || findings.length > 0 ? findings : [{ check: 'STEP-ROLL-CALL', message, where: 'events.jsonl' }];
  },
});
