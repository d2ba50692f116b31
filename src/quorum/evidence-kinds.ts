/**
 * Kinds of evidence that comes after the close. A script declares which it promises; an addendum is of one of them. The
 * list is open, since nobody knows what the next room has; the form of a name is not: it becomes a folder's name.
 */

/** Longest name of a kind, in characters. */
export const LONGEST_KIND = 32;

/** Lower-case words joined by single hyphens. No digits: the number of an addendum stands before its kind. */
export const EVIDENCE_KIND = /^[a-z]+(?:-[a-z]+)*$/;

export function isEvidenceKind(text: string): boolean {
  return text.length <= LONGEST_KIND && EVIDENCE_KIND.test(text);
}
