import { z } from 'zod';
import { EVIDENCE_KIND, LONGEST_KIND } from '../../quorum/evidence-kinds.ts';

/** Longest name of a seat, token, step …; a name becomes part of file names. */
const NAME_LENGTH = 64;

/** Lower-case words joined by hyphens, without the one such word that every object of the program already has. */
const NAME = /^(?!constructor$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Name of a seat, token, material, step id, rule pack …: kebab-case. */
export const name = z
  .string({ error: 'a name in lower case, digits and single hyphens, such as "root-hsm"' })
  .regex(NAME)
  .max(NAME_LENGTH, { error: `a name of at most ${NAME_LENGTH} characters` });

/** A name, or one below it: `request.differences`. */
export const dottedName = z
  .string({ error: 'a name, or two joined by a dot, such as "request.differences"' })
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:\.[a-z][a-z0-9]*(?:-[a-z0-9]+)*)?$/)
  .max(2 * NAME_LENGTH + 1, { error: `a name of at most ${2 * NAME_LENGTH + 1} characters` });

/** Kind of evidence that comes after the close. */
export const evidenceKind = z
  .string({ error: 'a kind of evidence in lower-case words joined by single hyphens, such as "ink-pages"' })
  .regex(EVIDENCE_KIND)
  .max(LONGEST_KIND, { error: `a kind of evidence of at most ${LONGEST_KIND} characters` });

/**
 * Output file name, without a folder: nothing that leads out of the pack, no hidden file, and portable to any file
 * system (no capitals: some cannot tell them apart).
 */
export const fileName = z
  .string({ error: 'a file name in lower case, digits, dots and hyphens, without a folder, such as "root.crt"' })
  .regex(/^(?!.*\.\.)[a-z0-9][a-z0-9.-]*$/)
  .max(64, { error: 'a file name of at most 64 characters' });

/** One line of text, without blanks at its ends. */
export const line = (max: number) =>
  z
    .string({ error: 'one line of text' })
    .regex(/^(?! )[^\n]+(?<! )$/)
    .refine((text) => Array.from(text).length <= max, { error: `at most ${max} characters` })
    .meta({ maxLength: max });

/** What is read to the people in the room: it has to fit a screen of 80 by 24. */
const SAY_LENGTH = 400;

const sayText = z
  .string({ error: 'text' })
  .regex(/\S/, { error: 'a text that says something' })
  .refine((text) => Array.from(text).length <= SAY_LENGTH, { error: `at most ${SAY_LENGTH} characters` })
  .meta({ maxLength: SAY_LENGTH });

/** ISO 639-1. */
export const language = z.string({ error: 'a language of two letters, such as "en"' }).regex(/^[a-z]{2}$/);

/** A text, or one for each language. */
export const say = z.union(
  [
    sayText,
    z
      .record(language, sayText)
      .refine((texts) => Object.keys(texts).length > 0, { error: 'a text for at least one language' }),
  ],
  { error: 'text, or a mapping of languages to texts such as { en: "…", de: "…" }' },
);

export const sha256 = z.string({ error: 'a SHA-256 in 64 lower-case hexadecimal digits' }).regex(/^[0-9a-f]{64}$/);

/** Where the site's own files are, seen from the site's folder, or an absolute path. Never upwards. */
export const path = z
  .string({ error: 'a path without "..", empty parts or blanks at its ends, such as "roster.json"' })
  .regex(/^(?! )(?!(?:.*\/)?\.\.(?:\/|$))(?!.*\/\/)[\x20-\x7e]{1,255}(?<! |\/)$/);

export const absolutePath = z
  .string({ error: 'an absolute path in printable ASCII without "..", such as "/usr/lib/softhsm/libsofthsm2.so"' })
  .regex(/^\/(?!(?:.*\/)?\.\.(?:\/|$))(?!.*\/\/)(?!\/)[\x20-\x7e]{1,254}(?<! |\/)$/);

/** A list in which nothing stands twice. */
export function distinct<T extends z.ZodType<string>>(item: T, min = 0) {
  const list = z.array(item);
  return (min > 0 ? list.min(min) : list).superRefine((items, context) => {
    items.forEach((text, index) => {
      if (items.indexOf(text) < index) context.addIssue({ code: 'custom', path: [index], message: 'each item once' });
    });
  });
}
