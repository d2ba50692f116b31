import type { Sha256 } from '../../base/digest.ts';
import { PATH } from '../../pack/layout.ts';
import type { Pack } from '../../pack/pack-reader.ts';
import { type PlannedStep, stepsOf } from '../../plan/plan.ts';
import { attestationBytes, presenceBytes, readStatement } from '../../quorum/statement.ts';
import { defineCheck } from '../check.ts';
import type { EventOf, Parts } from '../parts.ts';

export const statementContent = defineCheck({
  id: 'STATEMENT-CONTENT',
  title: 'every statement says what its step has people say, of this ceremony, over the record up to it',
  needs: ['events', 'ceremony', 'heads', 'plan'],
  run(parts, { pack, report }) {
    const steps = new Map(stepsOf(parts.plan).map((step) => [step.key, step]));
    for (const event of parts.events) {
      const bytes = event.type === 'statement' && event.statement !== null ? pack.file(event.statement) : undefined;
      if (event.type !== 'statement' || event.statement === null || !bytes) continue;
      const expected =
        event.kind === 'presence' ? presenceOf(event, parts.ceremony, pack) : attestationOf(event, bytes, steps.get(event.step), parts);
      if (typeof expected === 'string') report(event.statement, expected);
      else if (Buffer.compare(bytes, expected) !== 0) report(event.statement, `is not the ${event.kind} of "${event.seat}" in this ceremony`);
    }
  },
});

function presenceOf(event: EventOf<'statement'>, ceremony: Sha256, pack: Pack): Uint8Array | string {
  const authorization = pack.digest(PATH.authorization);
  return authorization === undefined ? 'there is no authorization to be present for' : presenceBytes({ ceremony, authorization, seat: event.seat });
}

/** The head is the signer's own word; it must be one that the record had in this step, before the statement. */
function attestationOf(
  event: EventOf<'statement'>,
  bytes: Uint8Array,
  step: PlannedStep | undefined,
  { events, heads, ceremony }: Pick<Parts, 'events' | 'heads' | 'ceremony'>,
): Uint8Array | string {
  if (!step) return `belongs to the step "${event.step}", which the plan does not have`;
  const head = readStatement(bytes)['head'];
  const begin = events.findLast((one) => one.type === 'step' && one.phase === 'begin' && one.step === event.step && one.seq < event.seq);
  const from = begin?.seq ?? event.seq;
  const stated = heads.findIndex((candidate) => candidate === head) + 1;
  if (typeof head !== 'string' || stated < Math.max(1, from - 1) || stated >= event.seq) return '"head" is none that the record had in this step before the statement';
  return attestationBytes({ ceremony, head, seat: event.seat, step: event.step, text: step.say });
}
