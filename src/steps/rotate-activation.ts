import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { proposalOf, resultOf } from '../plan/record.ts';
import { seatsWhen } from '../plan/roster-change.ts';
import { begunRotation, currentSets, setOf } from '../plan/share-sets.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { namedSet } from '../quorum/named-set.ts';
import type { Operation } from '../quorum/operation.ts';
import { type Roster, shareThresholds } from '../quorum/roster.ts';
import { lastingHolders, newCustodians, openersFor, quorumsOf, type ShareSet } from '../quorum/share-set.ts';
import { name } from '../script/schema/words.ts';
import type { Event, ObservationEvent, ProposedEvent } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import {
  holdersThen,
  inWords,
  layDown,
  pinLengthFault,
  setFaults,
  shareParts,
  simulateCustodians,
} from './custodians.ts';
import { copiesPart, tokenParts } from './paper-parts.ts';
import { objectIn } from './recorded-facts.ts';

type Observation = Event & ObservationEvent;
type Proposed = Event & ProposedEvent;

/** Gives an HSM token a new PIN under a new share set; the old shares open nothing afterwards. */
export const rotateActivation = defineStep({
  name: 'rotate-activation',
  version: 1,
  summary: 'Replace one share set of an HSM token by a new one, and its PIN with it.',
  irreversible: true,
  operation: () => 'rotate-activation' as const,
  proposesItself: true,
  needs: ['guard', 'operations', 'media'],
  schema: z.strictObject({
    token: name,
    set: z.enum(['user', 'security-officer'], { error: '"user" or "security-officer"' }),
    holders: name,
    envelopes: name,
  }),
  simulate(params, world, { plan, report, step, steps }) {
    const token = world.tokens.get(params.token);
    const planned = plan.tokens.find((one) => one.name === params.token);
    if (!token || !planned) {
      report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
      return world;
    }
    if (token.state === 'blank')
      report(
        'PLAN_ORDER',
        ['with', 'token'],
        `"${params.token}" is blank here: it has no activation that could be rotated`,
        'prepare the token first',
      );
    else if (token.active)
      report(
        'PLAN_ACTIVATION',
        ['step'],
        `"${params.token}" is active here: nobody is logged in while its PIN changes`,
        'end the activation with a "deactivate" step before it',
      );
    if (planned.means !== 'shares')
      report(
        'PLAN_TOKEN',
        ['with', 'token'],
        `the site activates "${params.token}" by ${planned.means}; it has no share sets that could be replaced`,
      );
    simulateCustodians(params, world, { plan, report, step, steps });
    return world;
  },
  describe: (params, step, plan) => [
    `A new secret for the ${inWords(kindOf(params.set))} of "${params.token}" is made, split among ${seatsWhen(plan, step, params.holders).join(', ') || params.holders}, and sealed.`,
    'The envelopes go on two media. One custodian more than its quorum opens theirs, and every quorum of these is tried.',
    'Only then the old shares open the token once more, and its PIN is changed. The old shares open nothing afterwards.',
  ],
  paper: (params, step, plan) => [
    ...tokenParts(plan, step, params.token),
    copiesPart(plan, params.envelopes, 'envelopes written and read back:'),
    {
      kind: 'people',
      says: 'opened their old share, and their new one:',
      seats: seatsWhen(plan, step, params.holders),
    },
    { kind: 'approvals', operations: ['rotate-activation'] },
    ...shareParts(plan, params.token, seatsWhen(plan, step, params.holders), kindOf(params.set)),
  ],
  async *run(params, step, { guard, operations, media, ceremony }) {
    // Done before an interruption: the token has the new PIN.
    if (operations.isDone(step)) return;
    const { plan, roster } = ceremony;
    const begun = begunRotation(step.key, ceremony.events());
    let set: ShareSet;
    if (begun) {
      // The token may have the PIN of that set: nothing but that set can finish what was begun.
      set = setOf(begun);
    } else {
      const made = await guard.makeNextShareSet({
        hsm: params.token,
        kind: kindOf(params.set),
        holders: seatsWhen(plan, step, params.holders),
        threshold: thresholdOf(params.set, roster()),
      });
      yield* layDown(step, made.envelopes, media(params.envelopes), ceremony.events());
      set = made.set;
    }
    const { events } = ceremony;
    const material = () => ({
      operation: rotationAsPlanned(params, step, plan, events(), set),
      payload: null,
      lint: [],
    });
    yield* operations.put(step, material);
    yield* operations.collectQuorum([step]);
    yield {
      type: 'observation',
      step: step.key,
      subject: 'shares',
      facts: { sets: await guard.proveShareSets(params.token) },
    };
    yield* operations.execute(step);
  },
  verify(params, step, own, { plan, planAt, roster, events }) {
    const fault = (message: string) => ({
      check: 'STEP-ROTATE',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const proposed = proposalOf(own, step.key);
    const result = resultOf(events, step.key);
    if (!proposed || !result || !isRotation(proposed)) return [fault('the activation was not rotated')];
    const set = setOf(proposed);
    const all = events.filter((event) => 'step' in event && event.step === step.key);
    const faults = unplanned(step, own, events, (one, before) =>
      rotationAsPlanned(params, step, plan, before, setOf(one)),
    );
    if (set.kind !== kindOf(params.set)) faults.push(`the set is of kind "${set.kind}", asked for "${params.set}"`);
    const holders = holdersThen(params.holders, step, set, { events, planAt });
    const threshold = thresholdOf(params.set, roster);
    faults.push(
      ...setFaults(set, { threshold, seat: params.holders, holders, laidDown: all }),
      ...proofFaults(set, all, { events, plan }),
    );
    for (const event of all) {
      if (event.type !== 'reconciliation') continue;
      const before = events.filter(({ seq }) => seq < event.seq);
      const due = begunRotation(step.key, before) ? 'unknown' : 'not-done';
      if (event.outcome !== due)
        faults.push(
          `event ${event.seq} says "${event.outcome}" of what was interrupted; without a login it is "${due}"`,
        );
    }
    const { facts } = result;
    const stated: Readonly<Record<string, unknown>> = {
      serial: objectIn(proposed.descriptor['hsm'])['serial'],
      kind: set.kind,
      set: set.id,
      replaced: objectIn(proposed.descriptor['replaces'])['id'],
      // Whoever finished what was begun found one or the other; else the old PIN was the one.
      found: proposed.descriptor['adopts'] !== null && facts['found'] === 'new' ? 'new' : 'old',
    };
    for (const [member, value] of Object.entries(stated)) {
      if (facts[member] !== value)
        faults.push(
          `the result states "${member}" ${JSON.stringify(facts[member] ?? null)}; it was ${JSON.stringify(value)}`,
        );
    }
    const wrong = pinLengthFault(set.kind, facts['pinLength']);
    if (wrong !== undefined) faults.push(wrong);
    return faults.map(fault);
  },
});

type Kind = ShareSet['kind'];

function kindOf(set: 'user' | 'security-officer'): Kind {
  return set === 'user' ? 'user' : 'so';
}

function thresholdOf(set: 'user' | 'security-officer', roster: Roster): number {
  const { userThreshold, soThreshold } = shareThresholds(roster);
  return set === 'user' ? userThreshold : soThreshold;
}

/** @throws CeremonyError SHARE_FOREIGN_SET when no set of that kind opens the token by then */
function rotationAsPlanned(
  params: { readonly token: string; readonly set: 'user' | 'security-officer' },
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
  set: ShareSet,
): Operation {
  const kind = kindOf(params.set);
  const current = currentSets(plan, before).find((one) => one.hsm === params.token && one.set.kind === kind);
  if (!current)
    throw new CeremonyError('SHARE_FOREIGN_SET', `no ${inWords(kind)} set of "${params.token}" is in the record`);
  return {
    op: 'rotate-activation',
    ...commonAsPlanned(plan, before, step, params.token),
    hold: null,
    replaces: namedSet(current.set),
    set,
    adopts: begunRotation(step.key, before)?.digest ?? null,
  };
}

function isRotation({ descriptor }: ProposedEvent): boolean {
  return descriptor['op'] === 'rotate-activation';
}

/**
 * The set was proven before the HSM was used for it: by those who had approved by then, enough of them, every quorum of
 * theirs; and whose envelope stayed sealed is said.
 */
function proofFaults(
  set: ShareSet,
  own: readonly Event[],
  { events, plan }: Pick<StepEvidence, 'events' | 'plan'>,
): string[] {
  const proposals = own.filter(
    (event): event is Proposed => event.type === 'proposed' && isRotation(event) && setOf(event).id === set.id,
  );
  const begun = events.find((event) => event.type === 'intent' && proposals.some(({ seq }) => seq === event.proposal));
  const proofs = own.filter(
    (event): event is Observation =>
      event.type === 'observation' && event.subject === 'shares' && set.id in objectIn(event.facts['sets']),
  );
  if (!proofs.some(({ seq }) => seq < (begun?.seq ?? 0)))
    return [`no quorum of the ${set.kind} set was tried before the HSM was used`];
  return proofs.flatMap((proof) => {
    const proposal = proposals.findLast(({ seq }) => seq < proof.seq);
    const approved = events.flatMap((event) =>
      event.type === 'approval' && event.proposal === proposal?.seq && event.seq < proof.seq ? [event.seat] : [],
    );
    const seats = set.shares.map((share) => share.seat);
    const opened = seats.filter((seat) => approved.includes(seat));
    const stated = objectIn(objectIn(proof.facts['sets'])[set.id]);
    const faults: string[] = [];
    const differ = (what: string, is: unknown, due: unknown) => {
      if (JSON.stringify(is ?? null) !== JSON.stringify(due))
        faults.push(`event ${proof.seq} states "${what}" ${JSON.stringify(is ?? null)}; it was ${JSON.stringify(due)}`);
    };
    differ('opened', stated['opened'], opened);
    differ(
      'unproven',
      stated['unproven'],
      seats.filter((seat) => !approved.includes(seat)),
    );
    differ('subsetsCompared', stated['subsetsCompared'], quorumsOf(opened.length, set.threshold));
    const least = openersFor(set.threshold, seats.length);
    const { id } = objectIn(proposal?.descriptor['replaces']);
    const before = events.filter(({ seq }) => seq < (proposal?.seq ?? 0));
    const replaced = currentSets(plan, before).find((one) => one.set.id === id)?.set;
    const closed = newCustodians(set, replaced ? lastingHolders(replaced, set) : []).filter(
      (seat) => !opened.includes(seat),
    );
    if (closed.length > 0)
      faults.push(`${closed.join(', ')} held no share before, and had not opened theirs of the ${set.kind} set`);
    if (opened.length < least)
      faults.push(`${opened.length} custodians had opened their share of the ${set.kind} set; ${least} must`);
    return faults;
  });
}
