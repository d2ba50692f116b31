import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import { fieldPart } from '../plan/paper-part.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { orphanOf, proposalOf, resultOf } from '../plan/record.ts';
import { seatsWhen } from '../plan/roster-change.ts';
import { defineStep } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import type { Operation } from '../quorum/operation.ts';
import { shareThresholds } from '../quorum/roster.ts';
import { quorumsOf, type ShareSet } from '../quorum/share-set.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { holdersThen, layDown, pinLengthFault, setFaults, shareParts, simulateCustodians } from './custodians.ts';
import { copiesPart, tokenParts } from './paper-parts.ts';
import { checkElsewhere, describeElsewhere, elsewhereFaults, preparedElsewhere } from './prepared-elsewhere.ts';
import { objectIn, observationIn } from './recorded-facts.ts';

/**
 * Makes the activation of a blank HSM token: secrets, share sets, envelopes, and only then the token itself. Where the
 * site says that the token's own tools and people do that, it is held to it instead.
 */
export const prepareToken = defineStep({
  name: 'prepare-token',
  version: 1,
  summary: 'Initialise an HSM token whose PINs exist only as sealed shares, or check one that has its own quorum.',
  irreversible: true,
  operation: (params, tokens) =>
    preparedElsewhere(tokens, params.token) ? ('inventory' as const) : ('prepare-token' as const),
  proposesItself: true,
  needs: ['guard', 'operations', 'media'],
  schema: z.strictObject({
    token: name,
    holders: name,
    means: z
      .array(
        z.enum(['shares', 'device-quorum', 'split-pin', 'pin'], { error: 'shares, device-quorum, split-pin or pin' }),
      )
      .min(1),
    envelopes: name,
  }),
  simulate(params, world, { plan, report, step, steps }) {
    const token = world.tokens.get(params.token);
    const planned = plan.tokens.find((one) => one.name === params.token);
    if (!token || !planned) {
      report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
      return world;
    }
    if (token.state !== 'blank')
      report('PLAN_ORDER', ['with', 'token'], `"${params.token}" is not blank any more: it is prepared once`);
    if (!params.means.includes(planned.means as never)) {
      report(
        'PLAN_TOKEN',
        ['with', 'means'],
        `the site activates "${params.token}" by ${planned.means}; the script allows ${params.means.join(', ')}`,
      );
    }
    if (!preparedElsewhere(plan.tokens, params.token)) simulateCustodians(params, world, { plan, report, step, steps });
    return { ...world, tokens: withEntry(world.tokens, params.token, { ...token, state: 'prepared' as const }) };
  },
  describe: (params, step, plan) => {
    const elsewhere = preparedElsewhere(plan.tokens, params.token);
    if (elsewhere) return describeElsewhere(elsewhere);
    const holders = seatsWhen(plan, step, params.holders).join(', ') || params.holders;
    return [
      `Secrets for user and security officer are made, split among ${holders}, and sealed.`,
      `The envelopes go on two media. Every custodian opens theirs; every possible quorum is tried; only then the token is initialised.`,
    ];
  },
  paper: (params, step, plan) => {
    // Who has no share of it has nothing to open: the token is looked at, and used once.
    if (preparedElsewhere(plan.tokens, params.token))
      return [...tokenParts(plan, step, params.token), { kind: 'approvals', operations: ['inventory'] }];
    return [
      ...tokenParts(plan, step, params.token),
      fieldPart('serial, after it was prepared', 'serial'),
      copiesPart(plan, params.envelopes, 'envelopes written and read back:'),
      { kind: 'people', says: 'opened their envelopes:', seats: seatsWhen(plan, step, params.holders) },
      { kind: 'approvals', operations: ['prepare-token'] },
      ...shareParts(plan, params.token, seatsWhen(plan, step, params.holders), 'user'),
      ...shareParts(plan, params.token, seatsWhen(plan, step, params.holders), 'so'),
    ];
  },
  async *run(params, step, { guard, operations, media, ceremony }) {
    const elsewhere = preparedElsewhere(ceremony.plan.tokens, params.token);
    if (elsewhere) {
      yield* checkElsewhere(elsewhere, step, { guard, operations, ceremony });
      return;
    }
    // Done before an interruption: new secrets would be for a token that has its own.
    if (operations.isDone(step)) return;
    const { plan, roster } = ceremony;
    // Made anew each time that it is proposed: what a failed attempt left on the token is taken up.
    const material = (sets: readonly ShareSet[]) => ({
      operation: preparationAsPlanned(params.token, step, plan, ceremony.events(), sets),
      payload: null,
      lint: [],
    });
    const begun = orphanOf(step.key, ceremony.events());
    if (begun) {
      // The token has the PINs of the sets that were proven before the interruption: they finish what they began.
      const sets = begun['sets'] as unknown as readonly ShareSet[];
      yield* operations.put(step, () => material(sets));
      yield* operations.collectQuorum([step]);
      yield* operations.execute(step);
      return;
    }
    const label = labelOf(plan, params.token);
    const holders = seatsWhen(plan, step, params.holders);
    const made = await guard.makeShareSets({ hsm: params.token, label, holders, ...shareThresholds(roster()) });
    yield* layDown(step, made.envelopes, media(params.envelopes), ceremony.events());
    yield* operations.put(step, () => material(made.sets));
    yield* operations.collect([step], holders);
    yield {
      type: 'observation',
      step: step.key,
      subject: 'shares',
      facts: { sets: await guard.proveShareSets(params.token) },
    };
    yield* operations.execute(step);
  },
  verify(params, step, own, { plan, planAt, roster, events }) {
    const where = 'events.jsonl';
    const fault = (message: string) => ({
      check: 'STEP-PREPARE',
      message: `step ${step.number} "${step.key}": ${message}`,
      where,
    });
    const elsewhere = preparedElsewhere(plan.tokens, params.token);
    if (elsewhere) return elsewhereFaults(elsewhere, step, own, { plan, events }).map(fault);
    const proposed = proposalOf(own, step.key);
    const result = resultOf(events, step.key);
    if (!proposed || !result) return [fault('the token was not prepared')];
    const setsOf = ({ descriptor }: Pick<typeof proposed, 'descriptor'>) =>
      descriptor['sets'] as unknown as readonly ShareSet[];
    const sets = setsOf(proposed);
    // What was finished after an interruption was prepared before it: its envelopes and their proof stand there.
    const prepared =
      proposed.descriptor['adopts'] === null
        ? own
        : events.filter((event) => 'step' in event && event.step === step.key);
    const thresholds = shareThresholds(roster);
    const findings = unplanned(step, own, events, (one, before) =>
      preparationAsPlanned(params.token, step, plan, before, setsOf(one)),
    ).map(fault);
    if (
      sets
        .map((set) => set.kind)
        .sort()
        .join() !== 'so,user'
    )
      findings.push(fault('there are not exactly one user set and one of the security officer'));
    for (const set of sets) {
      const threshold = set.kind === 'user' ? thresholds.userThreshold : thresholds.soThreshold;
      const holders = holdersThen(params.holders, step, set, { events, planAt });
      const wanted = { threshold, seat: params.holders, holders, laidDown: prepared };
      findings.push(...setFaults(set, wanted).map(fault));
    }
    const proven = objectIn(observationIn(prepared, 'shares')?.facts['sets']);
    for (const set of sets) {
      const wanted = quorumsOf(set.shares.length, set.threshold);
      const compared = objectIn(proven[set.id])['subsetsCompared'];
      if (compared !== wanted)
        findings.push(fault(`${String(compared ?? 'none')} of ${wanted} quorums of the ${set.kind} set were proven`));
    }
    const { label, sets: made, pinLength } = result.facts;
    for (const kind of ['user', 'so'] as const) {
      const wrong = pinLengthFault(kind, objectIn(pinLength)[kind]);
      if (wrong !== undefined) findings.push(fault(wrong));
    }
    const planned = labelOf(plan, params.token);
    if (label !== planned)
      findings.push(fault(`the token is labelled ${JSON.stringify(label ?? null)}, planned "${planned}"`));
    if (canonicalJson(made ?? null) !== canonicalJson(sets.map((set) => set.id)))
      findings.push(fault('it was prepared with other share sets than were approved'));
    return findings;
  },
});

/** Only a blank token is prepared, so nothing is wiped; its activation is not held, since nothing uses it yet. */
function preparationAsPlanned(
  token: string,
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
  sets: readonly ShareSet[],
): Operation {
  const begun = orphanOf(step.key, before);
  return {
    op: 'prepare-token',
    ...commonAsPlanned(plan, before, step, token),
    hold: null,
    label: labelOf(plan, token),
    wipes: null,
    adopts: begun ? String(begun['serial']) : null,
    sets,
  };
}

function labelOf(plan: Plan, token: string): string {
  return plan.tokens.find((one) => one.name === token)?.label ?? token;
}
