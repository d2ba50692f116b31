import { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import { hexShape } from '../plan/paper-part.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { stepsOf } from '../plan/plan.ts';
import { orphanOf, resultOf } from '../plan/record.ts';
import { defineStep } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { keyTemplate } from '../quorum/key-template.ts';
import { ALGORITHMS, type Operation } from '../quorum/operation.ts';
import { behavesAs, quirkRow } from '../quorum/quirk-rows.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { added, digestsOf, placeOf, readKeyFiles, recorded, seen } from './key-files.ts';
import { requireMechanisms } from './key-mechanisms.ts';
import { tokenParts } from './paper-parts.ts';
import { label } from './parameters.ts';
import { objectIn } from './recorded-facts.ts';

/** CKA_ID: long enough that two keys never share one by chance. */
const ID_BYTES = 16;

/** Generates a CA's signing key pair on a token; it never leaves it. */
export const generateKey = defineStep({
  name: 'generate-key',
  version: 1,
  summary: 'Generate a signing key pair on a token.',
  irreversible: true,
  operation: () => 'generate-key' as const,
  makes: 'key',
  needs: ['guard', 'operations', 'keyFiles'],
  schema: z.strictObject({
    token: name,
    label,
    algorithm: z.enum(ALGORITHMS, { error: ALGORITHMS.join(', ') }),
    wrappable: z.literal(true, { error: '"true", or nothing' }).exactOptional(),
  }),
  mark: (params, marking) => ({ ...params, label: `${marking.label}${params.label}` }),
  simulate(params, world, { step, act, plan, report }) {
    const token = world.tokens.get(params.token);
    const made = step.makes['key'];
    if (made === undefined)
      report('PLAN_NAME', [], 'the key gets no name for later steps', 'add "makes: { key: NAME }"');
    else if (world.keys.has(made))
      report('PLAN_NAME', ['makes', 'key'], `the key "${made}" is made by "${world.keys.get(made)?.step}" already`);
    const keys =
      made === undefined
        ? world.keys
        : withEntry(world.keys, made, {
            name: made,
            token: params.token,
            label: params.label,
            algorithm: params.algorithm,
            wrappable: params.wrappable ?? false,
            step: step.key,
          });
    if (!token) {
      report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
      return { ...world, keys };
    }
    if (token.state === 'blank')
      report('PLAN_ORDER', ['with', 'token'], `"${params.token}" is blank here`, 'prepare the token first');
    else if (!token.inspected) {
      report(
        'PLAN_ORDER',
        ['step'],
        `"${params.token}" has not been inspected in full before this first write`,
        'add an inspect-token step with "level: full" before it',
      );
    }
    if (params.wrappable && params.algorithm === 'ed25519')
      report(
        'PLAN_PARAMETER',
        ['with', 'wrappable'],
        'an Ed25519 key is not made to be wrapped: HSMs wrap the PKCS #8 of EC and RSA keys',
        'take another "algorithm", or copy the key with the tools of its HSM',
      );
    if (token.labels.has(params.label))
      report('PLAN_NAME', ['with', 'label'], `"${params.token}" has an object labelled "${params.label}" already`);
    const { module } = placeOf(plan, params.token) ?? {};
    const unkept = module === undefined ? world.unkept : withEntry(world.unkept, module, params.token);
    const tokens = withEntry(world.tokens, params.token, {
      ...token,
      active: act.activation !== null,
      labels: new Set(token.labels).add(params.label),
    });
    const states =
      made === undefined
        ? world.states
        : withEntry(world.states, made, { state: 'pre-activation' as const, by: step.id });
    return { ...world, tokens, keys, states, unkept };
  },
  describe: (params) =>
    params.wrappable
      ? [
          `Generate ${params.algorithm} "${params.label}" on "${params.token}", for signing alone.`,
          'IT MAY LEAVE THIS HSM WRAPPED, as a backup, under a key that the security officer trusts. It will never be NEVER_EXTRACTABLE.',
        ]
      : [`Generate ${params.algorithm} "${params.label}" on "${params.token}": not extractable, for signing alone.`],
  paper: (params, step, plan) =>
    tokenParts(plan, step, params.token, [
      ['key', params.label],
      ['algorithm', params.algorithm],
    ]),
  sheet: (params, step, plan) => [
    ...tokenParts(plan, step, params.token, [
      ['key', params.label],
      ['algorithm', params.algorithm],
    ]),
    { kind: 'boxes', name: 'id', shape: hexShape(2 * ID_BYTES), hint: '0-9 and a-f' },
  ],
  async propose(params, step, { guard, ceremony }) {
    requireMechanisms({ ...params, step: step.key }, await guard.inspect(params.token));
    const orphan = orphanOf(step.key, ceremony.events());
    const id = orphan ? String(orphan['id']) : Buffer.from(await guard.random(params.token, ID_BYTES)).toString('hex');
    return { operation: keyAsPlanned(params, step, ceremony.plan, ceremony.events(), id), payload: null, lint: [] };
  },
  async *run(params, step, { operations, keyFiles, ceremony }) {
    const place = placeOf(ceremony.plan, params.token);
    if (!place) {
      yield* operations.execute(step);
      return;
    }
    const files = keyFiles(place.folder);
    // Begun again, it is held to what was there the first time: the key may be there already.
    const mine = ceremony.events().filter((event) => event.type === 'observation' && event.step === step.key);
    let before = recorded(mine, place, 'before');
    if (!before) {
      const there = await readKeyFiles(files, place);
      before = digestsOf(there);
      yield seen(step.key, place, 'before', there);
    }
    yield* operations.execute(step);
    const after = await readKeyFiles(files, place);
    yield seen(step.key, place, 'after', after);
    if (added(before, digestsOf(after)).length > 0) return;
    throw new CeremonyError(
      'KEY_FILES_DIFFER',
      `"${params.token}" has made a key, and no file in "${place.folder}" is new`,
      { hint: 'find where its module keeps them before this computer is switched off: the key is in its file alone' },
    );
  },
  verify(params, step, own, { plan, events }) {
    const fault = (message: string) => ({
      check: 'STEP-KEY',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const findings = unplanned(step, own, events, ({ descriptor }, before) =>
      keyAsPlanned(params, step, plan, before, String(descriptor['id'])),
    ).map(fault);
    findings.push(...keyFileFaults(params.token, step, plan, events).map(fault));
    const facts = resultOf(events, step.key)?.facts;
    if (!facts) return [...findings, fault('no key was generated')];
    const found = [facts['algorithm'], objectIn(facts['private'])['LABEL']];
    if (found[0] === params.algorithm && found[1] === params.label) return findings;
    return [...findings, fault(`the key is ${found.join(' ')}, planned ${params.algorithm} ${params.label}`)];
  },
});

/** Where its keys are files, each of them is recorded, before and after, and one at least is new. */
function keyFileFaults(token: string, step: PlannedStep, plan: Plan, events: readonly Event[]): string[] {
  const place = placeOf(plan, token);
  if (!place) return [];
  const own = events.filter((event) => event.type === 'observation' && event.step === step.key);
  const [before, after] = [recorded(own, place, 'before'), recorded(own, place, 'after')];
  if (!before || !after) return [`the key files of "${place.module}" were not recorded before and after`];
  return added(before, after).length > 0 ? [] : [`no key file of "${place.module}" is new`];
}

function keyAsPlanned(
  params: {
    readonly token: string;
    readonly label: string;
    readonly algorithm: string;
    readonly wrappable?: true;
  },
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
  newId: string,
): Operation {
  const orphan = orphanOf(step.key, before);
  const id = orphan ? String(orphan['id']) : newId;
  const row = plan.tokens.find(({ name }) => name === params.token)?.behavesAs;
  const { untold } = quirkRow(row);
  return {
    op: 'generate-key',
    ...commonAsPlanned(plan, before, step, params.token),
    label: params.label,
    id,
    algorithm: params.algorithm,
    ...(params.wrappable ? { wrappable: true } : {}),
    ...behavesAs(row),
    publicTemplate: keyTemplate('public', params.label, id, untold.public),
    privateTemplate: keyTemplate('private', params.label, id, untold.private, params.wrappable),
    possession: !isSelfCertified(plan, step),
    adopts: orphan ? String(orphan['spkiSha256']) : null,
  };
}

/** A self-signed certificate that follows in any case proves possession by itself: no further signature is made then. */
function isSelfCertified(plan: Plan, step: PlannedStep): boolean {
  const made = step.makes['key'];
  return stepsOf(plan).some(
    (later) => later.type === 'issue-root-certificate' && later.params['key'] === made && later.when === null,
  );
}
