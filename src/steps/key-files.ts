import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { StepEvidence } from '../plan/step-type.ts';
import type { KeyFiles } from '../ports.ts';
import type { Event, EventData } from '../transcript/event.ts';
import { objectsIn } from './recorded-facts.ts';

/*
 * Keys that their HSM does not hold: they lie, encrypted to it, in files of the computer, and are gone when a live
 * system is switched off. Their digests go into the record and their bytes onto media; nothing of them into the pack.
 */

export const KEY_FILES = 'key-files';

export interface KeyFilesPlace {
  readonly module: string;
  readonly folder: string;
  /** Name of the medium they are kept on. */
  readonly keptOn: string;
}

/** `before` and `after` a key was made; `written`: as they went onto media. */
export type Moment = 'before' | 'after' | 'written';

/** Path below the folder → bytes, or digest as the record has it. */
type Contents<T> = ReadonlyMap<string, T>;

/** Where the keys of that HSM are files; undefined where it holds them itself. */
export function placeOf(plan: Pick<Plan, 'keyFiles' | 'tokens'>, token: string): KeyFilesPlace | undefined {
  const module = plan.tokens.find(({ name }) => name === token)?.module;
  return placesOf(plan).find((place) => place.module === module);
}

export function placesOf({ keyFiles = {} }: Pick<Plan, 'keyFiles'>): readonly KeyFilesPlace[] {
  return Object.entries(keyFiles).map(([module, place]) => ({ module, ...place }));
}

/** As a path of a medium has its parts: a file of another name could not be written there. */
const WRITABLE = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}(?:\/[A-Za-z0-9][A-Za-z0-9._@-]{0,127})*$/;

/** @throws CeremonyError KEY_FILES_DIFFER, FILE_UNREADABLE, PATH_REFUSED for a link */
export async function readKeyFiles(files: KeyFiles, { module, folder }: KeyFilesPlace): Promise<Contents<Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for (const path of await files.list()) {
    if (!WRITABLE.test(path))
      throw new CeremonyError(
        'KEY_FILES_DIFFER',
        `"${path}" among the key files of "${module}" in "${folder}" has a name that cannot be written onto a medium`,
        { hint: 'have the folder hold key files alone' },
      );
    found.set(path, await files.read(path));
  }
  return found;
}

export function seen(step: string, place: KeyFilesPlace, when: Moment, contents: Contents<Uint8Array>): EventData {
  const files = [...digestsOf(contents)].map(([path, digest]) => ({ path, sha256: digest }));
  return {
    type: 'observation',
    step,
    subject: KEY_FILES,
    facts: { module: place.module, folder: place.folder, when, files },
  };
}

export function digestsOf(contents: Contents<Uint8Array>): Contents<string> {
  return new Map([...contents].map(([path, bytes]) => [path, sha256(bytes)]));
}

/** What the record says of a module's key files at such a moment, the last time; undefined where it says nothing. */
export function recorded(
  events: readonly Event[],
  { module, folder }: KeyFilesPlace,
  ...moments: readonly Moment[]
): Contents<string> | undefined {
  const event = events.findLast(
    (one) =>
      one.type === 'observation' &&
      one.subject === KEY_FILES &&
      one.facts['module'] === module &&
      one.facts['folder'] === folder &&
      moments.some((moment) => moment === one.facts['when']),
  );
  if (event?.type !== 'observation') return undefined;
  return new Map(objectsIn(event.facts['files']).map(({ path, sha256: digest }) => [String(path), String(digest)]));
}

/** What was recorded and is not there as it was: changed, or gone. */
function lost(earlier: Contents<string>, now: Contents<string>): readonly string[] {
  return [...earlier].flatMap(([path, digest]) => (now.get(path) === digest ? [] : [path]));
}

/** What was not there before. */
export function added(earlier: Contents<string>, now: Contents<string>): readonly string[] {
  return [...now.keys()].filter((path) => !earlier.has(path));
}

/** Those whose files go onto that medium. */
export function keptOn(plan: Pick<Plan, 'keyFiles'>, medium: string): readonly KeyFilesPlace[] {
  return placesOf(plan).filter((place) => place.keptOn === medium);
}

/**
 * What is about to be written is what was recorded when a key was made, and perhaps more.
 * @throws CeremonyError KEY_FILES_DIFFER
 */
export function holdToRecord(place: KeyFilesPlace, files: Contents<Uint8Array>, events: readonly Event[]): void {
  const gone = lost(recorded(events, place, 'after') ?? new Map(), digestsOf(files));
  if (gone.length === 0) return;
  const names = gone.map((path) => `"${path}"`).join(', ');
  throw new CeremonyError(
    'KEY_FILES_DIFFER',
    `of the key files of "${place.module}" in "${place.folder}" ${names} ${gone.length === 1 ? 'is' : 'are'} not as recorded when the key was made`,
    { hint: 'nothing was written; find out what changed it before this computer is switched off' },
  );
}

/** Why the record does not show which key files were written onto the media, whole; empty where it does. */
export function keyFilesAmiss(
  places: readonly KeyFilesPlace[],
  own: readonly Event[],
  { events }: Pick<StepEvidence, 'events'>,
): string[] {
  const begin = own[0]?.seq ?? 0;
  return places.flatMap((place) => {
    const written = recorded(own, place, 'written');
    if (!written) return [`the key files of "${place.module}" were not recorded`];
    const earlier = recorded(
      events.filter(({ seq }) => seq < begin),
      place,
      'after',
    );
    return lost(earlier ?? new Map(), written).map((path) => `the key file "${path}" is not as it was recorded before`);
  });
}

/** Where they lie on a medium, as sha256sum lists them. @param folder on the medium */
export function keyLines(places: readonly KeyFilesPlace[], folder: string, own: readonly Event[]): string[] {
  return places.flatMap((place) =>
    [...(recorded(own, place, 'written') ?? [])].map(
      ([path, digest]) => `${digest}  ${folder}/${place.module}/${path}\n`,
    ),
  );
}
