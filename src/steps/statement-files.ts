import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Finding } from '../base/finding.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { PackAccess, Running, StepEvidence } from '../plan/step-type.ts';
import { verifyAsMember } from '../quorum/member-signature.ts';
import { memberOf } from '../quorum/roster.ts';
import type { Event, StatementEvent } from '../transcript/event.ts';

/** Path of a step's statement in the pack; its signature lies beside it. What an interrupted run has left there stays. */
function statementPath({ key }: PlannedStep, before: readonly Event[]): string {
  const runs = before.filter((event) => event.type === 'step' && event.step === key && event.phase === 'begin').length;
  return `statements/${key.replaceAll('@', '.')}${runs > 1 ? `.${runs}` : ''}.json`;
}

/**
 * Puts a token holder's signed statement into the pack and on record.
 * @param before the record so far, in which this run of the step has begun
 */
export async function* recordStatement(
  pack: PackAccess,
  step: PlannedStep,
  before: readonly Event[],
  kind: StatementEvent['kind'],
  signed: { seat: string; statement: Uint8Array; signature: Uint8Array; token: string; origin: string; tries: string },
  facts: StatementEvent['facts'] = {},
): Running {
  const path = statementPath(step, before);
  yield* pack.add(step, [
    [path, signed.statement],
    [path.replace(/json$/, 'p7s'), signed.signature],
  ]);
  yield {
    type: 'statement',
    step: step.key,
    seat: signed.seat,
    kind,
    evidence: 'token',
    statement: path,
    signature: sha256(signed.signature),
    facts: { token: signed.token, origin: signed.origin, tries: signed.tries, ...facts },
  };
}

/**
 * Judges the statement of one step: there, of this kind and person, with exactly the bytes expected, signed by the
 * person's own token; by paper only for those whom the roster gives no token.
 */
export function judgeStatement(
  check: string,
  kind: StatementEvent['kind'],
  step: PlannedStep,
  own: readonly Event[],
  evidence: StepEvidence,
  expected: (event: Event & StatementEvent) => Uint8Array,
): Finding[] {
  const fault = (message: string, where = 'events.jsonl'): Finding[] => [
    { check, message: `step ${step.number} "${step.key}": ${message}`, where },
  ];
  const [seat = ''] = step.by;
  const event = own.find(
    (one): one is Event & StatementEvent => one.type === 'statement' && one.kind === kind && one.seat === seat,
  );
  if (!event) return fault(`no ${kind} by "${seat}"`);
  const member = memberOf(evidence.roster, seat);
  if (event.evidence === 'paper') {
    return member?.evidence === 'token' ? fault(`"${seat}" has a token and signed paper only`) : [];
  }
  const bytes = event.statement === null ? undefined : evidence.file(event.statement);
  const signature = event.statement === null ? undefined : evidence.file(event.statement.replace(/json$/, 'p7s'));
  if (!bytes || !signature || !member)
    return fault('the signed statement is not in the pack', event.statement ?? 'events.jsonl');
  if (Buffer.compare(bytes, expected(event)) !== 0)
    return fault('the statement says something else than it must', event.statement ?? '');
  const { token: serial, origin } = event.facts;
  // Two cards of one person may have one serial, or none.
  const named = member.tokens.filter((one) => one.serial === serial);
  const [token] = named;
  if (!token) return fault(`${JSON.stringify(serial ?? null)} is no token of "${seat}" on the roster`);
  if (!named.some((one) => one.origin === origin))
    return fault(
      `the origin of "${token.serial}" is ${JSON.stringify(origin ?? null)}; the roster says "${token.origin}"`,
    );
  try {
    // The token that is named must have signed, not the person's other one.
    verifyAsMember(
      signature,
      bytes,
      named.map((one) => one.signing),
    );
    return [];
  } catch (error) {
    if (!(error instanceof CeremonyError)) throw error;
    return fault(`the signature of "${seat}": ${error.message}`, event.statement ?? '');
  }
}
