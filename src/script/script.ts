import type { z } from 'zod';
import { CeremonyError } from '../base/errors.ts';
import type { DeepReadonly } from './read-only.ts';
import type { scriptSchema } from './schema/script.ts';

/**
 * A ceremony script as it was written, under the keys of the file, so that a path in it is a path in its
 * `Positions`. What was left out and has a meaning of its own when empty is filled in: lists, mappings, `with`.
 */
export type Script = DeepReadonly<z.infer<typeof scriptSchema>>;
export type ScriptAct = Script['acts'][number];
export type ScriptStep = ScriptAct['steps'][number];
export type Say = NonNullable<ScriptStep['say']>;
export type Field = NonNullable<ScriptStep['fields']>[string];

/** The language of a ceremony whose script names none. */
export const DEFAULT_LANGUAGE = 'en';

/** The text that is read, in the language of the ceremony. */
export function sayIn(say: Say, script: Script): string {
  if (typeof say === 'string') return say;
  const language = script.ceremony.language ?? DEFAULT_LANGUAGE;
  const text = Object.hasOwn(say, language) ? say[language] : undefined;
  // Reading a script refuses this, so that it can only be a value that was not read.
  if (text === undefined) throw new CeremonyError('SCRIPT_REFUSED', `a text lacks the language "${language}"`);
  return text;
}
