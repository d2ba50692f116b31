import { z } from 'zod';
import { canonicalBytes, canonicalJson, type JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { isKeyAlgorithmName, KEY_ALGORITHMS } from '../pki/algorithms.ts';
import { begunDestruction, DESTROYS_KEY } from '../plan/key-destroyed.ts';
import { arePlacesKnown, placesOfKey } from '../plan/key-last.ts';
import { isKeyOn } from '../plan/key-places.ts';
import { usedKey } from '../plan/known.ts';
import type { Plan, PlannedStep } from '../plan/plan.ts';
import { keyFacts, makerOf, resultOf } from '../plan/record.ts';
import { defineStep, type SimulateContext } from '../plan/step-type.ts';
import { type World, type WorldKey, withEntry } from '../plan/world.ts';
import { destructionStatement, HALVES } from '../quorum/key-destruction.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';
import type { Operation } from '../quorum/operation.ts';
import { line, name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { parseSpki } from '../x509/public-key.ts';
import { verifySignature } from '../x509/signature.ts';
import { answerFaults } from './answers.ts';
import { commonAsPlanned, unplanned } from './as-planned.ts';
import { holdCrls } from './key-crls.ts';
import { keyLine, seen, tokenParts } from './paper-parts.ts';
import { objectIn, objectsIn } from './recorded-facts.ts';
import { holdPhrase, phraseFaults, typePhrase } from './typed-phrase.ts';

/** What can have become of a key on an HSM whose destruction was asked for: SP 800-57 part 1 rev. 5 §8.4, TLS BR §6.2.10. */
export const destroyKey = defineStep({
  name: DESTROYS_KEY,
  version: 1,
  summary: 'Destroy a key on one HSM, and show that it is gone.',
  irreversible: true,
  operation: () => 'destroy-key' as const,
  proposesItself: true,
  needs: ['operations', 'terminal'],
  schema: z.strictObject({
    key: name,
    token: name,
    reason: line(400),
    phrase: line(72).exactOptional(),
    last: z.literal(true, { error: '"true", or nothing' }).exactOptional(),
    'no-more-crls': line(400).exactOptional(),
  }),
  simulate(params, world, context) {
    const { step, report } = context;
    holdPhrase(context);
    const key = world.keys.get(params.key);
    const token = world.tokens.get(params.token);
    if (!key) {
      report('PLAN_NAME', ['with', 'key'], `no key "${params.key}" is made or used before this`);
      return world;
    }
    if (!token) {
      report('PLAN_TOKEN', ['with', 'token'], `the script has no token "${params.token}"`);
      return world;
    }
    if (!isKeyOn(key, params.token, world)) {
      report('PLAN_ORDER', ['with', 'token'], `the key "${params.key}" is not on "${params.token}" here`);
      return world;
    }
    if (token.active)
      report(
        'PLAN_ACTIVATION',
        ['step'],
        `"${params.token}" is active here: a key is destroyed within a login of its own`,
        'end the activation with a "deactivate" step before it',
      );
    holdLast(params, key, world, context);
    const labels = new Set([...token.labels].filter((label) => label !== key.label));
    const here = withEntry(world.destroyed.get(key.name) ?? new Map<string, string>(), params.token, step.id);
    return {
      ...world,
      tokens: withEntry(world.tokens, params.token, { ...token, labels }),
      keys: key.token === params.token ? withEntry(world.keys, key.name, { ...key, token: '' }) : world.keys,
      destroyed: withEntry(world.destroyed, key.name, here),
    };
  },
  describe: (params, _step, plan) => [
    `DESTROY the key ${keyLine(plan, params.key)} on "${params.token}", for good: its private and its public object.`,
    `Why: ${params.reason}`,
    params.last
      ? 'No other HSM that is known holds it: nothing is signed with it any more, no CRL either.'
      : 'Another HSM holds it, and keeps it.',
    ...(params['no-more-crls'] === undefined ? [] : [`No CRL of it is needed any more: ${params['no-more-crls']}`]),
    'One types the phrase, and another person reads it before it is done; then the quorum approves.',
    'Everything on the HSM is listed before and after, and the key is tried once more: it must be refused.',
  ],
  paper: (params, step, plan) => [
    ...tokenParts(plan, step, params.token, [['key', keyLine(plan, params.key)]]),
    { kind: 'approvals', operations: ['destroy-key'] },
    seen('the key that is named on the screen is this one', 'afterwards the key was refused'),
  ],
  async *run(params, step, { operations, terminal, ceremony }) {
    // Done before an interruption: the key is gone, and nothing is destroyed twice.
    if (operations.isDone(step)) return;
    const { events, plan } = ceremony;
    yield* typePhrase(step, phraseOf(params), terminal, events);
    yield* operations.put(step, () => ({
      operation: destructionAsPlanned(params, step, plan, events()),
      payload: null,
      lint: [],
    }));
    yield* operations.collectQuorum([step]);
    yield* operations.execute(step);
  },
  verify(params, step, own, { ceremony, plan, events }) {
    const fault = (message: string) => ({
      check: 'STEP-DESTROY',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const faults = [
      ...phraseFaults(step, phraseOf(params), events),
      ...answerFaults(step, own),
      ...unplanned(step, own, events, (_proposed, before) => destructionAsPlanned(params, step, plan, before)),
      ...reconciledFaults(step, events),
    ];
    const result = resultOf(events, step.key);
    const key = keyFacts(plan, events, params.key);
    const proposed = events.find((event) => event.seq === result?.proposal);
    if (!result || !key || proposed?.type !== 'proposed') return [...faults, 'the key was not destroyed'].map(fault);
    return [...faults, ...destructionFaults(ceremony, proposed.descriptor, key, result.facts)].map(fault);
  },
});

type Params = {
  readonly key: string;
  readonly token: string;
  readonly reason: string;
  readonly phrase?: string;
  readonly last?: true;
  readonly 'no-more-crls'?: string;
};

function phraseOf({ key, phrase }: Params): string {
  return phrase ?? `destroy ${key}`;
}

/** Whether it is the last that is known must be said; and what becomes of the CRLs of a CA without its key. */
function holdLast(params: Params, key: WorldKey, world: World, { plan, report, window }: SimulateContext): void {
  const others = placesOfKey(key, params.token, world, plan);
  if (others.length === 0 && !params.last && !arePlacesKnown(key, plan)) return;
  if (others.length > 0) {
    if (params.last)
      report(
        'PLAN_ORDER',
        ['with', 'last'],
        `it is not the last: the key "${key.name}" is on ${others.join(', ')} too`,
      );
    return;
  }
  if (!params.last)
    report(
      'PLAN_ORDER',
      ['with'],
      `no other HSM is known to hold the key "${key.name}" after this: nothing could be signed with it any more`,
      'say "last: true" where that is meant',
    );
  holdCrls(params['no-more-crls'], key, world, { plan, report, window });
}

/**
 * One login, in which everything is done: no activation is held for it.
 * @throws CeremonyError HSM_OBJECT_MISSING when the key is not known
 */
function destructionAsPlanned(
  params: Params,
  step: PlannedStep,
  plan: Plan,
  before: readonly Event[],
): Extract<Operation, { op: 'destroy-key' }> {
  const facts = keyFacts(plan, before, params.key);
  const algorithm = String(facts?.['algorithm']);
  if (!facts || !isKeyAlgorithmName(algorithm))
    throw new CeremonyError('HSM_OBJECT_MISSING', `the key "${params.key}" is neither generated nor used`);
  const { label, id } = objectsNamed(params.key, facts, plan);
  return {
    op: 'destroy-key',
    ...commonAsPlanned(plan, before, step, params.token),
    hold: null,
    key: String(facts['spkiSha256']),
    mechanism: KEY_ALGORITHMS[algorithm].signature,
    label,
    id,
    last: params.last === true,
    reason: params.reason,
    adopts: begunDestruction(step.key, before)?.digest ?? null,
  };
}

/** Label and CKA_ID of its objects: as it was made here, or as the ledger has them. */
function objectsNamed(key: string, facts: JsonObject, plan: Plan): { readonly label: string; readonly id: string } {
  const used = usedKey(plan, key);
  if (used) return used;
  // Of one that was adopted here, its HSM has said both; of one that was made here, its private half has.
  const half = objectIn(facts['private']);
  const isMade = makerOf(plan, 'key', key)?.operation === 'generate-key';
  return isMade
    ? { label: String(half['LABEL']), id: String(half['ID']) }
    : { label: String(facts['label']), id: String(facts['id']) };
}

/** After an interruption: without a login nobody can say what is left of what was begun. */
function reconciledFaults(step: PlannedStep, events: readonly Event[]): string[] {
  return events.flatMap((event) => {
    if (event.type !== 'reconciliation' || event.step !== step.key) return [];
    const begun = begunDestruction(
      step.key,
      events.filter(({ seq }) => seq < event.seq),
    );
    const due = begun ? 'unknown' : 'not-done';
    return event.outcome === due
      ? []
      : [`event ${event.seq} says "${event.outcome}" of what was interrupted; without a login it is "${due}"`];
  });
}

/** What is wrong with what a destruction left in the record: judged by its inventories and its signature, not by its word. */
function destructionFaults(
  ceremony: string,
  descriptor: JsonObject,
  key: JsonObject,
  facts: JsonObject,
): readonly string[] {
  const serial = String(objectIn(descriptor['hsm'])['serial']);
  const { label, id } = descriptor;
  const [before, after] = [listedIn(facts['before']), listedIn(facts['after'])];
  if (!before || !after) return ['the objects before and after are not listed, or not under their digests'];
  const destroyed = Array.isArray(facts['destroyed']) ? facts['destroyed'] : [];
  const isWhole = descriptor['adopts'] === null;
  const gone = before.filter(
    (object) => HALVES.some((half) => object['class'] === half) && object['id'] === id && object['label'] === label,
  );
  const halves = HALVES.filter((half) => gone.some((object) => object['class'] === half));
  const faults: string[] = [];
  const stated = { key: key['spkiSha256'], label, id, serial, last: descriptor['last'], refused: 'HSM_OBJECT_MISSING' };
  for (const [member, due] of Object.entries(stated)) {
    if (canonicalJson(facts[member] ?? null) !== canonicalJson(due ?? null))
      faults.push(
        `the result states "${member}" ${canonicalJson(facts[member] ?? null)}; it was ${canonicalJson(due ?? null)}`,
      );
  }
  if (gone.length !== halves.length || (isWhole && gone.length !== HALVES.length))
    faults.push(`${gone.length} objects of the key were there before; expected is one private and one public one`);
  if (canonicalJson(destroyed) !== canonicalJson(halves))
    faults.push(`the result states that ${canonicalJson(destroyed)} was destroyed; there was ${canonicalJson(halves)}`);
  const shown = gone.find((object) => object['class'] === 'public-key');
  if (shown && shown['spkiSha256'] !== key['spkiSha256']) faults.push('the public object is not that of the key');
  const left = before.filter((object) => !gone.includes(object)).map((object) => canonicalJson(object));
  if (
    left.toSorted().join('\n') !==
    after
      .map((object) => canonicalJson(object))
      .toSorted()
      .join('\n')
  )
    faults.push('the objects afterwards are not those before without the two of the key');
  if (!halves.includes('private-key')) return faults;
  const statement = destructionStatement(ceremony, String(key['spkiSha256']), serial);
  const isSigned = verifiedBy(key, String(descriptor['mechanism']), statement, facts['signature']);
  return isSigned ? faults : [...faults, 'no signature shows that the private object was the one of this key'];
}

/** The objects of an inventory; undefined where its digest is another one's. */
function listedIn(inventory: JsonObject[string] | undefined): readonly JsonObject[] | undefined {
  const { objects, digest } = objectIn(inventory);
  if (!Array.isArray(objects) || sha256(canonicalBytes(objects)) !== digest) return undefined;
  return objectsIn(objects);
}

/** What a record calls a key or a signature may be none. */
function verifiedBy(key: JsonObject, mechanism: string, statement: Uint8Array, signature: unknown): boolean {
  if (typeof signature !== 'string') return false;
  try {
    const spki = parseSpki(Buffer.from(String(key['spki']), 'base64'));
    return verifySignature(spki, algorithmIdentifier(mechanism), statement, Buffer.from(signature, 'base64'));
  } catch (error) {
    if (error instanceof CeremonyError) return false;
    throw error;
  }
}
