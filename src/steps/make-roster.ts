import { z } from 'zod';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { pemOf } from '../pki/pem.ts';
import { MAKES_ROSTER, type Plan, stepsOf } from '../plan/plan.ts';
import { defineStep } from '../plan/step-type.ts';
import { OPERATION_CLASSES, type OperationClass } from '../quorum/classes.ts';
import { foundingRosterBytes, readEnrolment } from '../quorum/enrolment.ts';
import { type ClassRule, NEVER_APPROVE, type Roster, readRoster } from '../quorum/roster.ts';
import { ROSTER_FILE, rosterCertificatePath, rosterSignaturePath } from '../quorum/roster-files.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { enrolmentEvent } from './enrol.ts';
import { observationIn } from './recorded-facts.ts';

const CHECK = 'STEP-ROSTER';

/** What was enrolled becomes the first roster, signed by every token in it. From here on it judges. */
export const makeRoster = defineStep({
  name: MAKES_ROSTER,
  version: 1,
  summary: 'Make the first roster of those who were enrolled, signed by every token holder in it.',
  irreversible: true,
  needs: ['guard', 'pack', 'terminal'],
  schema: z.strictObject({
    authorizes: name.describe('Role that signs authorizations'),
    approves: name.describe('Role that approves every other class of operation'),
  }),
  simulate(params, world, { plan, step, report }) {
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody conducts this', 'add "by:"');
    if (world.rostered) report('PLAN_ORDER', ['step'], 'the roster has been made; there is one');
    for (const key of ['authorizes', 'approves'] as const) {
      const role = params[key];
      const path = ['with', key];
      const seats = plan.seats[role];
      if (!seats) report('PLAN_PEOPLE', path, `the script has no seat "${role}"`);
      else if (NEVER_APPROVE.includes(role)) report('PLAN_PEOPLE', path, `a ${role} never approves`);
      else {
        const able = seats.filter((seat) => world.enrolled.has(seat)).length;
        const need = Math.max(0, ...classesOf(key).map((one) => plan.quorums[one] ?? 0));
        if (able < need)
          report('PLAN_PEOPLE', path, `${able} of role "${role}" are enrolled before this; "quorums" asks for ${need}`);
      }
    }
    if (params.authorizes === params.approves)
      report(
        'PLAN_PEOPLE',
        ['with', 'authorizes'],
        'who authorizes a ceremony does not approve its operations: two roles are wanted',
      );
    const lacking = OPERATION_CLASSES.filter((one) => plan.quorums[one] === undefined);
    if (lacking.length > 0)
      report('PLAN_PEOPLE', [], `"quorums" says nothing of ${lacking.join(', ')}: nobody could ever approve that`);
    const administer = plan.quorums['administer'] ?? Number.POSITIVE_INFINITY;
    for (const one of classesOf('approves')) {
      const need = plan.quorums[one] ?? 0;
      if (need > administer)
        report(
          'PLAN_PEOPLE',
          [],
          `"quorums" asks for ${need} in class "${one}", more than in "administer" (${administer}), which could change it`,
        );
    }
    return { ...world, rostered: true };
  },
  describe: (params, _step, plan) => [
    roleNumbers(plan, params),
    'Each token holder reads the roster with their own fingerprint in it, and signs. From then on it judges who is who.',
  ],
  paper: (_params, _step, plan) => [
    { kind: 'people', says: 'read it and signed it with their token:', seats: Object.keys(plan.cards) },
  ],
  async *run(params, step, { guard, pack, terminal, ceremony }) {
    const { plan } = ceremony;
    const events = ceremony.events();
    const files = new Map<string, Uint8Array>();
    for (const path of statementsOf(plan, events)) files.set(path, await pack.read(path));
    const bytes = rosterAsPlanned(params, plan, events, (path) => files.get(path));
    const roster = readRoster(bytes);
    const recorded = new Set(events.flatMap((event) => (event.type === 'file' ? [event.path] : [])));
    yield* pack.add(
      step,
      [...filesOf(roster, bytes)].filter(([path]) => !recorded.has(path)),
    );
    const holders = roster.members.filter((member) => member.tokens.length > 0).map((member) => member.seat);
    const signatures = new Map<string, Uint8Array>();
    for (const [index, seat] of holders.entries()) {
      const path = rosterSignaturePath(seat);
      if (recorded.has(path)) {
        signatures.set(seat, await pack.read(path));
        continue;
      }
      await terminal.say([`${index} of ${holders.length} have signed the roster. Next: ${seat}.`]);
      const { signature } = await guard.signRoster(seat, bytes);
      signatures.set(seat, signature);
      yield* pack.add(step, [[path, signature]]);
    }
    await guard.enactRoster(bytes, signatures);
    yield {
      type: 'observation',
      step: step.key,
      subject: 'roster',
      facts: { roster: roster.digest, members: roster.members.length, signedBy: holders },
    };
  },
  verify(params, step, own, { plan, events, file }) {
    const fault = (message: string, where = ROSTER_FILE) => ({
      check: CHECK,
      message: `step ${step.number} "${step.key}": ${message}`,
      where,
    });
    const bytes = file(ROSTER_FILE);
    if (!bytes) return [fault('no roster was made')];
    try {
      const planned = rosterAsPlanned(params, plan, events, file);
      const roster = readRoster(planned);
      const unlike =
        Buffer.compare(planned, bytes) === 0 ? [] : [fault('the roster is not that of those who were enrolled')];
      const facts = observationIn(own, 'roster')?.facts;
      const holders = roster.members.filter((member) => member.tokens.length > 0).map((member) => member.seat);
      const isSame =
        facts?.['roster'] === sha256(bytes) &&
        facts['members'] === roster.members.length &&
        JSON.stringify(facts['signedBy']) === JSON.stringify(holders);
      return [
        ...unlike,
        ...(isSame
          ? []
          : [fault('the record says otherwise which roster was made, and who signed it', 'events.jsonl')]),
      ];
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      return [fault(error.message)];
    }
  },
});

type Params = { readonly authorizes: string; readonly approves: string };

function classesOf(key: keyof Params): readonly OperationClass[] {
  return OPERATION_CLASSES.filter((one) => (one === 'authorize') === (key === 'authorizes'));
}

function rulesOf(plan: Pick<Plan, 'quorums'>, params: Params): ReadonlyMap<OperationClass, ClassRule> {
  return new Map(
    OPERATION_CLASSES.map((one) => [
      one,
      { role: one === 'authorize' ? params.authorizes : params.approves, need: plan.quorums[one] ?? 0 },
    ]),
  );
}

function roleNumbers(plan: Pick<Plan, 'quorums'>, params: Params): string {
  const numbers = [...rulesOf(plan, params)].map(([one, { need }]) => `${one} ${need}`);
  return `The roster of all who are here: ${params.authorizes} authorize, ${params.approves} approve (${numbers.join(', ')}).`;
}

/** Paths of the enrolments that count, in the order of the plan. */
function statementsOf(plan: Plan, events: readonly Event[]): readonly string[] {
  return stepsOf(plan)
    .filter((step) => step.type === 'enrol')
    .flatMap((step) => enrolmentEvent(events, step.key)?.statement ?? []);
}

/**
 * The bytes of the roster that these enrolments make: everybody present, in the order of the script's seats.
 * @throws CeremonyError FILE_MISSING, and what reading an enrolment throws
 */
function rosterAsPlanned(
  params: Params,
  plan: Plan,
  events: readonly Event[],
  file: (path: string) => Uint8Array | undefined,
): Uint8Array {
  const enrolments = statementsOf(plan, events).map((path) => {
    const bytes = file(path);
    if (!bytes) throw new CeremonyError('FILE_MISSING', `the enrolment "${path}" is not in the pack`);
    return readEnrolment(bytes);
  });
  const members = Object.entries(plan.seats).flatMap(([role, seats]) =>
    seats.map((seat) => ({
      seat,
      role,
      tokens: enrolments.filter((enrolment) => enrolment.seat === seat).map((enrolment) => enrolment.entry),
    })),
  );
  return foundingRosterBytes(members, rulesOf(plan, params));
}

/** The roster, and each member's signing certificates for tools that want them apart. */
function filesOf(roster: Roster, bytes: Uint8Array): readonly (readonly [path: string, bytes: Uint8Array])[] {
  return [
    [ROSTER_FILE, bytes],
    ...roster.members.flatMap(({ seat, tokens }) =>
      tokens.map(
        (token, index) =>
          [rosterCertificatePath(seat, index), Buffer.from(pemOf('CERTIFICATE', token.signing))] as const,
      ),
    ),
  ];
}

/** Digest of the roster that a step made. */
export function rosterMadeBy(events: readonly Event[], step: string): Sha256 {
  const made = events.findLast(
    (event) => event.type === 'observation' && event.step === step && event.subject === 'roster',
  );
  return made?.type === 'observation' ? String(made.facts['roster']) : '';
}
