import { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { type RosterChanged, rosterChangedIn } from '../ledger/former.ts';
import { pemOf } from '../pki/pem.ts';
import { MAKES_ROSTER, type Plan, stepsOf } from '../plan/plan.ts';
import { CHANGES_ROSTER, changeIn, changeOf, type PlannedChange } from '../plan/roster-change.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { readEnrolment } from '../quorum/enrolment.ts';
import { memberOf, type Roster, readRoster, ruleFor } from '../quorum/roster.ts';
import { nextRosterBytes, rosterChangeBytes } from '../quorum/roster-change.ts';
import {
  NEXT_ROSTER_FILE,
  nextRosterCertificatePath,
  nextRosterSignaturePath,
  ROSTER_CHANGE_FILE,
  ROSTER_FILE,
  rosterChangeApprovalPath,
} from '../quorum/roster-files.ts';
import { serialShown } from '../quorum/serial.ts';
import { line, name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { enrolmentEvent } from './enrol.ts';

const CHECK = 'STEP-CHANGE';
/** Subject of the observation that a token which was enrolled before an interruption was presented once more. */
const AGAIN = 'enrolled-before';
/** The class whose quorum decides on a roster. */
const CLASS = 'administer';

/** Another roster takes the place of the one in force: who leaves is off it, who was enrolled here is on it. */
export const changeRoster = defineStep({
  name: CHANGES_ROSTER,
  version: 1,
  summary:
    'Change the roster: who leaves, who joins, who gets another token; approved by the quorum of the one before, signed by all on the new one.',
  irreversible: true,
  needs: ['guard', 'pack', 'terminal'],
  schema: z
    .strictObject({
      leaves: z.array(name).min(1, { error: 'at least one seat' }).exactOptional().describe('Seats of the roster'),
      joins: name.exactOptional().describe('Seat of the script whose people join; each was enrolled before'),
      renews: name
        .exactOptional()
        .describe('Seat of the script whose people stay on the roster with another token; each was enrolled before'),
      role: name.exactOptional().describe('What those are on the roster who join it, or get another token'),
      unrotated: line(200)
        .exactOptional()
        .describe('Why a share set of which somebody who leaves holds a share is not replaced in this ceremony'),
    })
    .superRefine(({ leaves, joins, renews, role }, context) => {
      if (leaves === undefined && joins === undefined && renews === undefined)
        context.addIssue({ code: 'custom', message: '"leaves", "joins" or "renews"' });
      if ((joins === undefined && renews === undefined) !== (role === undefined))
        context.addIssue({ code: 'custom', path: ['role'], message: 'with "joins" or "renews", and only then' });
      if (renews !== undefined && renews === joins)
        context.addIssue({ code: 'custom', path: ['renews'], message: 'another seat of the script than "joins"' });
    }),
  simulate(params, world, { plan, step, steps, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody conducts this', 'add "by:"');
    if (world.ran.has(CHANGES_ROSTER))
      report('PLAN_ORDER', ['step'], 'the roster has been changed; that is done once in a ceremony');
    if (steps.some(({ type }) => type === MAKES_ROSTER))
      report('PLAN_ORDER', ['step'], 'the script makes the first roster; there is none that could be changed');
    if (world.signedOff) report('PLAN_ORDER', ['step'], 'the roster is changed after the sign-off');
    if ([...world.tokens.values()].some(({ active }) => active))
      report('PLAN_ACTIVATION', ['step'], 'an HSM is active here: nobody uses one while those change who may');
    const change = changeIn({ seats: plan.seats, steps });
    for (const how of ['joins', 'renews'] as const) {
      const role = params[how];
      if (role === undefined) continue;
      const path = ['with', how];
      if (plan.seats[role] === undefined) report('PLAN_PEOPLE', path, `the script has no seat "${role}"`);
      if (role === params.role)
        report(
          'PLAN_PEOPLE',
          path,
          `the seat "${role}" is of those who are "${params.role}" already; ${how === 'joins' ? 'who joins' : 'who gets another token'} has a seat of their own until then`,
        );
      const late = change?.[how].filter((seat) => !world.enrolled.has(seat)) ?? [];
      if (late.length > 0)
        report(
          'PLAN_ORDER',
          path,
          `${late.map((seat) => `"${seat}"`).join(', ')} is not enrolled before this`,
          `add a step of type "enrol", each: ${role}`,
        );
    }
    return world;
  },
  describe: (params, _step, plan) => {
    const change = changeOf(plan);
    return [
      ...(params.leaves === undefined
        ? []
        : [`${params.leaves.join(', ')} leave the roster. Their tokens sign and open nothing any more.`]),
      ...(params.joins === undefined
        ? []
        : [`${change?.joins.join(', ') ?? params.joins} join it as ${params.role}, with the token that was enrolled.`]),
      ...(params.renews === undefined
        ? []
        : [
            `${change?.renews.join(', ') ?? params.renews} stay on it as ${params.role}, with the token that was enrolled now. Their old ones sign and open nothing any more.`,
          ]),
      `${plan.quorums[CLASS] ?? 'As many'} of those who approve "${CLASS}" must approve, by the roster in force; everybody on the new one signs it.`,
      'From then on it judges who is who.',
    ];
  },
  paper: (_params, _step, plan) => [
    { kind: 'people', says: 'read both rosters and signed with their token:', seats: Object.values(plan.seats).flat() },
  ],
  async *run(_params, step, { guard, pack, terminal, ceremony }) {
    const { plan, authorization } = ceremony;
    // Done before an interruption: the runner has taken it over.
    if (rosterChangedIn(ceremony.events())) return;
    const change = changeOf(plan) as PlannedChange;
    const old = await pack.read(ROSTER_FILE);
    const before = readRoster(old);
    const files = new Map<string, Uint8Array>();
    for (const path of enrolmentsOf(plan, ceremony.events())) files.set(path, await pack.read(path));
    const bytes = nextAsPlanned(old, change, plan, ceremony.events(), (path) => files.get(path));
    const after = readRoster(bytes);
    const statement = rosterChangeBytes({
      ceremony: ceremony.id,
      authorization: authorization.digest,
      previous: before.digest,
      roster: after.digest,
      leaves: change.leaves,
      joins: change.joins,
      renews: change.renews,
    });
    const recorded = new Set(ceremony.events().flatMap((event) => (event.type === 'file' ? [event.path] : [])));
    yield* pack.add(
      step,
      [...filesOf(after, bytes), [ROSTER_CHANGE_FILE, statement] as const].filter(([path]) => !recorded.has(path)),
    );
    // A guard that was started anew has seen none of them: it takes their tokens' word, and nobody else's.
    for (const { path, seat } of toPresentAgain(plan, ceremony.events())) {
      const signature = await pack.read(path.replace(/json$/, 'p7s'));
      const { token, tries } = await guard.recallEnrolment(files.get(path) as Uint8Array, signature);
      yield { type: 'observation', step: step.key, subject: AGAIN, facts: { seat, token, tries } };
    }
    const signatures = new Map<string, Uint8Array>();
    const approvals = new Map<string, Uint8Array>();
    const people = signersOf(before, after, plan);
    for (const [index, { seat, approves }] of people.entries()) {
      const paths = [nextRosterSignaturePath(seat), ...(approves ? [rosterChangeApprovalPath(seat)] : [])];
      if (!paths.every((path) => recorded.has(path))) {
        await terminal.say([`${index} of ${people.length} have signed. Next: ${seat}.`]);
        const signed = await guard.signNextRoster(seat, bytes);
        const made = [
          [nextRosterSignaturePath(seat), signed.signature],
          [rosterChangeApprovalPath(seat), signed.approval],
        ] as const;
        yield* pack.add(
          step,
          made.flatMap(([path, one]) => (one && !recorded.has(path) ? [[path, one] as const] : [])),
        );
      }
      signatures.set(seat, await pack.read(nextRosterSignaturePath(seat)));
      if (approves) approvals.set(seat, await pack.read(rosterChangeApprovalPath(seat)));
    }
    await guard.enactNextRoster(bytes, signatures, approvals);
    yield {
      type: 'observation',
      step: step.key,
      subject: 'roster',
      facts: factsOf(before, after, change, [...approvals.keys()], [...signatures.keys()]),
    };
  },
  verify(_params, step, _own, evidence) {
    const fault = (message: string, where: string = NEXT_ROSTER_FILE) => ({
      check: CHECK,
      message: `step ${step.number} "${step.key}": ${message}`,
      where,
    });
    const { plan, events, file } = evidence;
    const [old, next] = [file(ROSTER_FILE), file(NEXT_ROSTER_FILE)];
    const changed = rosterChangedIn(events);
    if (!old || !next || changed?.step !== step.key) return [fault('the roster was not changed')];
    try {
      const change = changeOf(plan) as PlannedChange;
      const planned = nextAsPlanned(old, change, plan, events, file);
      const [before, after] = [readRoster(old), readRoster(next)];
      const people = signersOf(before, after, plan);
      const approvers = people.flatMap(({ seat, approves }) => (approves ? [seat] : []));
      const facts = factsOf(
        before,
        after,
        change,
        approvers,
        people.map(({ seat }) => seat),
      );
      return [
        ...(Buffer.compare(planned, next) === 0
          ? []
          : [fault('the roster is not the one before with the changes of the script, and of those who were enrolled')]),
        ...Object.entries(facts).flatMap(([key, due]) => {
          const said = changed.facts[key] ?? null;
          return JSON.stringify(said) === JSON.stringify(due)
            ? []
            : [
                fault(
                  `the record states "${key}" ${JSON.stringify(said)}; it was ${JSON.stringify(due)}`,
                  'events.jsonl',
                ),
              ];
        }),
        ...notPresentedAgain(plan, changed, events).map((message) => fault(message, 'events.jsonl')),
        ...unlikeTheStatement(change, { before, after }, evidence).map((message) => fault(message, ROSTER_CHANGE_FILE)),
      ];
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return [fault(error.message)];
    }
  },
});

function unlikeTheStatement(
  { leaves, joins, renews }: PlannedChange,
  { before, after }: { readonly before: Roster; readonly after: Roster },
  { ceremony, authorization, file }: StepEvidence,
): string[] {
  const bytes = file(ROSTER_CHANGE_FILE);
  if (!bytes) return ['what was approved is not in the pack'];
  const due = rosterChangeBytes({
    ...{ ceremony, authorization: authorization.digest, previous: before.digest, roster: after.digest },
    ...{ leaves, joins, renews },
  });
  return Buffer.compare(bytes, due) === 0 ? [] : ['what was approved is another change than this'];
}

/** Seat → SHA-256 of the keys that opened envelopes with its old tokens: what is sealed to them alone, nobody who stays opens. */
function supersededTokens(before: Roster, renews: readonly string[]): JsonObject {
  return Object.fromEntries(
    renews
      .toSorted()
      .map((seat) => [seat, (memberOf(before, seat)?.tokens ?? []).map(({ encryptionSpki }) => encryptionSpki)]),
  );
}

function factsOf(
  before: Roster,
  after: Roster,
  { leaves, joins, renews }: PlannedChange,
  approvedBy: readonly string[],
  signedBy: readonly string[],
) {
  return {
    roster: after.digest,
    previous: before.digest,
    members: after.members.length,
    leaves: leaves.toSorted(),
    joins: joins.toSorted(),
    ...(renews.length === 0 ? {} : { renews: supersededTokens(before, renews) }),
    approvedBy: [...approvedBy],
    signedBy: [...signedBy],
  };
}

/** Paths of the enrolments that count, in the order of the plan. */
function enrolmentsOf(plan: Plan, events: readonly Event[]): readonly string[] {
  return stepsOf(plan)
    .filter((step) => step.type === 'enrol')
    .flatMap((step) => enrolmentEvent(events, step.key)?.statement ?? []);
}

/** Enrolments that count, and that the guard which stands after the last interruption has not seen. */
function toPresentAgain(
  plan: Plan,
  events: readonly Event[],
): readonly { readonly path: string; readonly seat: string; readonly token: string }[] {
  const resumed = events.findLast(({ type }) => type === 'resume')?.seq ?? 0;
  return stepsOf(plan).flatMap(({ type, key }) => {
    const enrolled = type === 'enrol' ? enrolmentEvent(events, key) : undefined;
    if (!enrolled?.statement || enrolled.seq > resumed) return [];
    return [{ path: enrolled.statement, seat: enrolled.seat, token: String(enrolled.facts['token']) }];
  });
}

function notPresentedAgain(plan: Plan, { step, seq }: RosterChanged, events: readonly Event[]): string[] {
  const before = events.filter((event) => event.seq < seq);
  const resumed = before.findLast(({ type }) => type === 'resume')?.seq ?? 0;
  const isPresented = (seat: string, token: string) =>
    before.some(
      (event) =>
        event.type === 'observation' &&
        event.step === step &&
        event.subject === AGAIN &&
        event.seq > resumed &&
        event.facts['seat'] === seat &&
        event.facts['token'] === token,
    );
  return toPresentAgain(plan, before).flatMap(({ seat, token }) =>
    isPresented(seat, token)
      ? []
      : [`"${seat}" was enrolled before an interruption, and did not present the token ${serialShown(token)} after it`],
  );
}

/**
 * The bytes of the roster that this change and these enrolments make.
 * @throws CeremonyError FILE_MISSING, and what reading a roster or an enrolment throws
 */
function nextAsPlanned(
  old: Uint8Array,
  change: PlannedChange,
  plan: Plan,
  events: readonly Event[],
  file: (path: string) => Uint8Array | undefined,
): Uint8Array {
  const enrolments = enrolmentsOf(plan, events).map((path) => {
    const bytes = file(path);
    if (!bytes) throw new CeremonyError('FILE_MISSING', `the enrolment "${path}" is not in the pack`);
    return readEnrolment(bytes);
  });
  const { leaves, joins, renews, role } = change;
  const enrolled = (seat: string) => ({
    seat,
    role,
    tokens: enrolments.filter((enrolment) => enrolment.seat === seat).map(({ entry }) => entry),
  });
  return nextRosterBytes(old, leaves, joins.map(enrolled), renews.map(enrolled));
}

/** Everybody with a token on the new roster: those first who approve by the one in force and are here, and are not enrolled anew. */
function signersOf(
  before: Roster,
  after: Roster,
  plan: Plan,
): readonly { readonly seat: string; readonly approves: boolean }[] {
  const { role } = ruleFor(before, CLASS);
  const here = new Set(Object.values(plan.seats).flat());
  const renews = changeOf(plan)?.renews ?? [];
  const all = after.members
    .filter(({ tokens }) => tokens.length > 0)
    .map(({ seat }) => ({
      seat,
      approves: memberOf(before, seat)?.role === role && here.has(seat) && !renews.includes(seat),
    }));
  return all.toSorted((one, other) => Number(other.approves) - Number(one.approves));
}

/** The roster, and each member's signing certificates for tools that want them apart. */
function filesOf(roster: Roster, bytes: Uint8Array): readonly (readonly [path: string, bytes: Uint8Array])[] {
  return [
    [NEXT_ROSTER_FILE, bytes],
    ...roster.members.flatMap(({ seat, tokens }) =>
      tokens.map(
        (token, index) =>
          [nextRosterCertificatePath(seat, index), Buffer.from(pemOf('CERTIFICATE', token.signing))] as const,
      ),
    ),
  ];
}
