import type { Event } from '../transcript/event.ts';
import { DESTROYS_KEY, destroyedOn, ZEROIZES } from './key-destroyed.ts';
import { usedKey } from './known.ts';
import { type KeyThere, type Plan, type PlannedStep, stepsOf } from './plan.ts';
import { resultOf } from './record.ts';
import type { World, WorldKey } from './world.ts';

/** Type of the step in which people do something to HSMs with their vendor's tools. */
export const VENDOR = 'vendor';

/** Type of the step that has each of several HSMs sign that it holds a key. */
export const PROVES_COPY = 'prove-copy';

/** Type of the step that adopts a CA whose key is on an HSM already. */
export const ADOPT = 'adopt-ca';

/** Whether the plan has put the key on that HSM by now: made there, or copied. */
export function isKeyOn(key: WorldKey, token: string, world: Pick<World, 'tokens'>): boolean {
  return key.token === token || world.tokens.get(token)?.labels.has(key.label) === true;
}

/**
 * Keys that the record puts on an HSM: those that were there by the ledger, those made or proven there, and those that people said
 * they have copied there with other tools. Whether they are there, an inspection shows.
 */
export function keysOn(plan: Plan, events: readonly Event[], token: string): readonly KeyThere[] {
  const steps = stepsOf(plan);
  const made = steps.flatMap(({ key, type, operation, makes, params }) => {
    const facts = brings({ operation, type }) ? resultOf(events, key)?.facts : undefined;
    if (!facts) return [];
    const there = {
      name: makes['key'] ?? '',
      label: String(params['label'] ?? facts['label']),
      spkiSha256: String(facts['spkiSha256'] ?? facts['key']),
    };
    return [{ ...there, token: String(params['token']) }];
  });
  const copied = new Set(
    steps.flatMap((step) => {
      const isDone = events.some((event) => event.type === 'answer' && event.step === step.key);
      return step.type === VENDOR && step.token === undefined && isDone ? addedBy(step.params['changes'], token) : [];
    }),
  );
  const before = plan.tokens.find(({ name }) => name === token)?.holds ?? [];
  const now = made.filter((one) => one.token === token || copied.has(one.name));
  // A key of an earlier ceremony goes by the script's name for it.
  const earlier = [...copied].flatMap((name) => usedKey(plan, name) ?? []);
  const gone = destroyedOn(events, token);
  const there = new Map(
    [...before, ...now, ...earlier]
      .filter(({ spkiSha256 }) => !gone.has(spkiSha256))
      .map(({ name, label, spkiSha256 }) => [spkiSha256, { name, label, spkiSha256 }]),
  );
  return [...there.values()];
}

/**
 * Names of the keys that are on an HSM before a step begins by the plan: there before, made there, or copied there by other
 * tools. One of an earlier ceremony has the ledger's name, whatever the script calls it.
 */
export function keysPlannedOn(plan: Plan, step: Pick<PlannedStep, 'id'>, token: string): string[] {
  const named = (name: string) => usedKey(plan, name)?.name ?? name;
  const steps = stepsOf(plan);
  const before = plan.tokens.find(({ name }) => name === token)?.holds?.map(({ name }) => name) ?? [];
  const earlier = steps.slice(
    0,
    steps.findIndex(({ id }) => id === step.id),
  );
  const now = earlier.flatMap(({ type, operation, makes, params, token: round }) => {
    if (brings({ operation, type }) && params['token'] === token) return [makes['key'] ?? ''];
    return type === VENDOR && round === undefined ? addedBy(params['changes'], token).map(named) : [];
  });
  if (earlier.some(({ type, params }) => type === ZEROIZES && params['token'] === token)) return [];
  const gone = earlier.flatMap(({ type, params }) =>
    type === DESTROYS_KEY && params['token'] === token ? [named(String(params['key']))] : [],
  );
  return [...new Set([...before, ...now])].filter((name) => !gone.includes(name));
}

/** Whether a step of that kind puts a key on an HSM, or shows that one is there of which nothing was known. */
function brings({ operation, type }: Pick<PlannedStep, 'operation' | 'type'>): boolean {
  return operation === 'generate-key' || operation === 'unwrap-key' || type === ADOPT;
}

function addedBy(changes: unknown, token: string): readonly string[] {
  return (
    (changes as Readonly<Record<string, { readonly adds: readonly string[] } | undefined>> | undefined)?.[token]
      ?.adds ?? []
  );
}
