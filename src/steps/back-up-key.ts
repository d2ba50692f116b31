import { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { PREVIOUS_LEDGER } from '../ledger/carried.ts';
import { readLedger } from '../ledger/read.ts';
import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { isKeyOn } from '../plan/key-places.ts';
import { hasSite, type Plan, type PlannedStep } from '../plan/plan.ts';
import { keyFacts, proposalOf, resultOf } from '../plan/record.ts';
import { seatsWhen } from '../plan/roster-change.ts';
import { begunWrapping, setOf } from '../plan/share-sets.ts';
import { defineStep, type Needs, type Running } from '../plan/step-type.ts';
import { kekName, kekThreshold, WRAP_ALGORITHM, wrappedKeyName, wrapStatement } from '../quorum/key-backup.ts';
import type { Operation } from '../quorum/operation.ts';
import { quorumsOf, type ShareSet } from '../quorum/share-set.ts';
import { name } from '../script/schema/words.ts';
import type { Event, FileEvent, ObservationEvent } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { holdersThen, layDown, setFaults, shareParts, simulateCustodians } from './custodians.ts';
import { copiesPart, keyLine, tokenParts } from './paper-parts.ts';
import { paperFaults, paperLines, printShares, simulatePaperShares } from './paper-shares.ts';
import { readBack } from './read-back.ts';
import { objectIn } from './recorded-facts.ts';
import { isSigned, requireWrapping } from './wrapping.ts';

/** A wrapped key that lies in one place alone is lost with it. */
const COPIES = 2;

/** Lets the private half of a key leave its HSM wrapped, under a key that exists as shares alone. */
export const backUpKey = defineStep({
  name: 'back-up-key',
  version: 1,
  summary: 'Write a key, wrapped, onto media; the key that it is wrapped with is split among custodians.',
  irreversible: true,
  operation: () => 'wrap-key' as const,
  proposesItself: true,
  needs: ['guard', 'operations', 'media', 'terminal'],
  schema: z.strictObject({
    ...{ key: name, token: name, holders: name, envelopes: name, backups: name },
    paper: name.exactOptional().describe('The material that the shares are on paper: each is printed too'),
  }),
  simulate(params, world, { plan, report, step, steps }) {
    const key = world.keys.get(params.key);
    const token = world.tokens.get(params.token);
    if (!token) report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
    else if (token.active)
      report(
        'PLAN_ACTIVATION',
        ['step'],
        `"${params.token}" is active here: its security officer cannot log in beside its user`,
        'end the activation with a "deactivate" step before it',
      );
    if (!key) report('PLAN_NAME', ['with', 'key'], `no key "${params.key}" is made or used before this`);
    else {
      if (token && !isKeyOn(key, params.token, world))
        report('PLAN_ORDER', ['with', 'token'], `the key "${params.key}" is not on "${params.token}" here`);
      if (!key.wrappable)
        report(
          'PLAN_PARAMETER',
          ['with', 'key'],
          `the key "${params.key}" never leaves its HSM: it was not made with "wrappable: true"`,
          'a key that may be wrapped is born so; copy this one with its HSM\'s own tools, in a "vendor" step',
        );
    }
    const means = plan.tokens.find((one) => one.name === params.token)?.means;
    if (means !== undefined && means !== 'shares')
      report(
        'PLAN_TOKEN',
        ['with', 'token'],
        `the site activates "${params.token}" by ${means}: nobody here can log in as its security officer`,
        'copy the key with the HSM\'s own tools, in a "vendor" step',
      );
    simulateCustodians(params, world, { plan, report, step, steps });
    simulatePaperShares(params, { plan, report, step, steps });
    const copies = plan.media[params.backups]?.length ?? 0;
    if (hasSite(plan) && copies < COPIES)
      report(
        'PLAN_MEDIUM',
        ['with', 'backups'],
        `the site has ${copies} media "${params.backups}"; the wrapped key goes on ${COPIES}`,
      );
    if (params.backups === params.envelopes)
      report(
        'PLAN_MEDIUM',
        ['with', 'backups'],
        `the wrapped key would lie beside the shares that open it, on "${params.envelopes}"`,
        'keep the two in different places',
      );
    return world;
  },
  describe: (params, step, plan) => [
    `THE KEY ${keyLine(plan, params.key)} LEAVES "${params.token}" WRAPPED, by ${WRAP_ALGORITHM}. Whoever has the file and enough shares has the key.`,
    `The secret of the wrapping key is made, split among ${seatsWhen(plan, step, params.holders).join(', ') || params.holders}, and sealed. The envelopes go on two media "${params.envelopes}".`,
    'Every custodian opens theirs; every possible quorum is tried; only then the key is wrapped.',
    ...paperLines(params, step, plan),
    `What was wrapped is unwrapped for one signature, the wrapping key is destroyed, and the file goes on two media "${params.backups}".`,
  ],
  paper: (params, step, plan) => [
    ...tokenParts(plan, step, params.token, [['key', keyLine(plan, params.key)]]),
    copiesPart(plan, params.envelopes, 'envelopes written and read back:'),
    { kind: 'people', says: 'opened their envelopes:', seats: seatsWhen(plan, step, params.holders) },
    { kind: 'approvals', operations: ['wrap-key'] },
    ...(params.paper === undefined
      ? []
      : ['printed and read back:', 'every other page of theirs shredded:'].map((says) => ({
          ...{ kind: 'people' as const, says, seats: seatsWhen(plan, step, params.holders) },
        }))),
    copiesPart(plan, params.backups, 'wrapped key written and read back:'),
    ...shareParts(plan, params.token, seatsWhen(plan, step, params.holders), 'kek'),
  ],
  async *run(params, step, { guard, operations, media, terminal, ceremony }) {
    // Done before an interruption: the wrapped key lay on its media before the record said so.
    if (operations.isDone(step)) return;
    const { plan, events } = ceremony;
    const begun = begunWrapping(step.key, events());
    let set: ShareSet;
    if (begun) {
      // A wrapped key may lie on a medium under that set: nothing but that set makes the same file again.
      set = setOf(begun);
    } else {
      requireWrapping(params.token, await guard.inspect(params.token));
      const made = await guard.makeKekSet({
        hsm: params.token,
        key: String(keyOf(params.key, plan, events())['spkiSha256']),
        holders: seatsWhen(plan, step, params.holders),
      });
      yield* layDown(step, made.envelopes, media(params.envelopes));
      set = made.set;
    }
    const material = () => ({
      operation: wrappingAsPlanned(params, step, plan, events(), set),
      payload: null,
      lint: [],
    });
    yield* operations.put(step, material);
    yield* operations.collect(
      [step],
      set.shares.map(({ seat }) => seat),
    );
    yield {
      type: 'observation',
      step: step.key,
      subject: 'shares',
      facts: { sets: await guard.proveKekSet(params.token, set.id) },
    };
    yield* printShares(params, step, set, { guard, terminal, plan, events });
    const file = fileOf(params.key, plan, set);
    yield* operations.execute(step, (bytes) => keep(step, file, bytes, media(params.backups)));
  },
  verify(params, step, own, { ceremony, plan, planAt, roster, events, file }) {
    const fault = (message: string) => ({
      check: 'STEP-BACKUP',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const proposed = proposalOf(own, step.key);
    const result = resultOf(events, step.key);
    const key = keyFacts(plan, events, params.key);
    if (!proposed || !result || !key || proposed.descriptor['op'] !== 'wrap-key')
      return [fault('the key was not backed up')];
    const set = setOf(proposed);
    const all = events.filter((event) => 'step' in event && event.step === step.key);
    const holders = holdersThen(params.holders, step, set, { events, planAt });
    const threshold = kekThreshold((one) => roster.classes.get(one)?.need);
    const faults = [
      ...unplanned(step, own, events, (one, before) => wrappingAsPlanned(params, step, plan, before, setOf(one))),
      ...setFaults(set, { threshold, seat: params.holders, holders, laidDown: all }),
      ...proofFaults(set, all, events),
      ...paperFaults(params, set, step, all, { planAt, before: intentOf(all, events), events }),
      ...earlierFaults(set, file(PREVIOUS_LEDGER)),
      ...fileFaults(fileOf(params.key, plan, set), result, all),
    ];
    const { facts } = result;
    const planned = wrappingAsPlanned(params, step, plan, events, set);
    const due: JsonObject = {
      ...{ key: String(key['spkiSha256']), serial: planned.hsm.serial, algorithm: WRAP_ALGORITHM, set: set.id },
      file: planned.out,
    };
    for (const [member, value] of Object.entries(due))
      if (facts[member] !== value)
        faults.push(
          `the result states "${member}" ${JSON.stringify(facts[member] ?? null)}; it was ${JSON.stringify(value)}`,
        );
    faults.push(...kekFaults(objectIn(facts['kek']), set.id));
    const blob = { sha256: String(facts['sha256']), size: Number(facts['size']) };
    const statement = wrapStatement(ceremony, String(key['spkiSha256']), set.id, blob);
    if (!isSigned(key['spki'], planned.mechanism, statement, facts['proof']))
      faults.push('no signature of the key shows that the wrapped key which lies on the media is the key');
    return faults.map(fault);
  },
});

/** By the ledger's name for the key, whatever the script calls it. */
function fileOf(key: string, plan: Plan, set: ShareSet): string {
  const used = plan.uses?.[key];
  return wrappedKeyName(set.id, used?.kind === 'key' ? used.name : key);
}

type Wrapping = Extract<Operation, { op: 'wrap-key' }>;
type Result = NonNullable<ReturnType<typeof resultOf>>;

/** @throws CeremonyError HSM_OBJECT_MISSING */
function keyOf(key: string, plan: Plan, before: readonly Event[]): JsonObject {
  const facts = keyFacts(plan, before, key);
  if (facts) return facts;
  throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${key}" has not been generated`);
}

/** @throws CeremonyError HSM_OBJECT_MISSING */
function wrappingAsPlanned(
  params: { readonly key: string; readonly token: string; readonly paper?: string },
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
  set: ShareSet,
): Wrapping {
  const facts = keyOf(params.key, plan, before);
  const algorithm = String(facts['algorithm']);
  if (!isKeyAlgorithmName(algorithm))
    throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${params.key}" has not been generated`);
  return {
    op: 'wrap-key',
    ...commonAsPlanned(plan, before, step, params.token),
    hold: null,
    key: String(facts['spkiSha256']),
    mechanism: KEY_ALGORITHMS[algorithm].signature,
    algorithm: WRAP_ALGORITHM,
    set,
    ...(params.paper === undefined ? {} : { paper: true }),
    out: fileOf(params.key, plan, set),
  };
}

/**
 * Writes the wrapped key on each medium, and reads it back. One that an interrupted try has written is the same, since the
 * same key under the same KEK has one wrapping.
 * @throws CeremonyError MEDIUM_DIFFERS
 */
async function* keep(step: PlannedStep, file: string, bytes: Uint8Array, media: ReturnType<Needs['media']>): Running {
  for (const medium of media) {
    const there = (await medium.files.list()).includes(file);
    if (!there) await medium.files.create(file, bytes);
    const hint = there
      ? 'it lay there from an interrupted try, and is not what was wrapped now: remove it, then propose again'
      : 'take another medium';
    yield await readBack(step, file, bytes, medium, hint);
  }
}

/** Seq of what was recorded before the HSM was used; 0 where it was not. */
function intentOf(own: readonly Event[], events: readonly Event[]): number {
  const result = events.findLast((event) => event.type === 'result' && event.outcome === 'done' && isOwn(event, own));
  const intent = events.find(
    (event) => event.type === 'intent' && result?.type === 'result' && event.proposal === result.proposal,
  );
  return intent?.seq ?? 0;
}

/** The set was proven by all its custodians, every quorum of theirs, after they had approved and before the HSM was used. */
function proofFaults(set: ShareSet, own: readonly Event[], events: readonly Event[]): string[] {
  const intent = intentOf(own, events);
  const wanted = quorumsOf(set.shares.length, set.threshold);
  const proofs = own.filter(
    (event): event is Event & ObservationEvent =>
      event.type === 'observation' && event.subject === 'shares' && set.id in objectIn(event.facts['sets']),
  );
  const proof = proofs.findLast(({ seq }) => seq < intent);
  const compared = objectIn(objectIn(proof?.facts['sets'])[set.id])['subsetsCompared'];
  return compared === wanted
    ? []
    : [`${String(compared ?? 'none')} of ${wanted} quorums of the kek set were tried before the key was wrapped`];
}

/** Who has enough shares of a set that an earlier ceremony made would open what is wrapped now. */
function earlierFaults(set: ShareSet, previous: Uint8Array | undefined): string[] {
  const isEarlier = previous !== undefined && readLedger(previous).shareSets.some(({ id }) => id === set.id);
  return isEarlier ? [`the kek set ${set.id} is of an earlier ceremony: it was not made to wrap the key with`] : [];
}

function isOwn({ proposal }: { readonly proposal: number }, own: readonly Event[]): boolean {
  return own.some((event) => event.type === 'proposed' && event.seq === proposal);
}

/** What the result states lay on its media before the result said so. */
function fileFaults(file: string, { facts, proposal }: Result, own: readonly Event[]): string[] {
  const written = own.filter(
    (event): event is Event & FileEvent =>
      event.type === 'file' &&
      event.medium !== null &&
      event.path === file &&
      event.sha256 === facts['sha256'] &&
      event.size === facts['size'] &&
      event.seq > proposal,
  );
  const media = new Set(written.map(({ medium }) => medium)).size;
  return media >= COPIES ? [] : [`the wrapped key lies on ${media} media, not ${COPIES}`];
}

function kekFaults(kek: JsonObject, set: string): string[] {
  const { label, id } = kekName(set);
  const attributes = objectIn(kek['attributes']);
  const faults: string[] = [];
  if (kek['label'] !== label || kek['id'] !== id) faults.push('the wrapping key on the HSM was not that of the set');
  if (attributes['TRUSTED'] !== true || attributes['SENSITIVE'] !== true || attributes['EXTRACTABLE'] !== false)
    faults.push('the wrapping key was not one that is trusted and never leaves the HSM');
  if (kek['absent'] !== true) faults.push('the wrapping key was not shown to be gone from the HSM');
  return faults;
}
