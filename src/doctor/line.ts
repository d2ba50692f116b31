/** What one look has found. `says` and `more` may hold foreign text: they are escaped when they are printed. */
export type Line = {
  /** What was looked at: "swap", "HSM root-hsm". */
  readonly subject: string;
  /** What was seen, in a few words. */
  readonly says: string;
  /** More of it, one line each. */
  readonly more?: readonly string[];
} & (
  | { readonly verdict: 'ok' }
  | {
      readonly verdict: 'warns' | 'stops';
      /** What to do about it. */
      readonly todo: string;
    }
);

export type Verdict = Line['verdict'];

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

export function ok(subject: string, says: string, more?: readonly string[]): Line {
  return { verdict: 'ok', subject, says, ...(more ? { more } : {}) };
}

export function warns(subject: string, says: string, todo: string, more?: readonly string[]): Line {
  return { verdict: 'warns', subject, says, todo, ...(more ? { more } : {}) };
}

export function stops(subject: string, says: string, todo: string, more?: readonly string[]): Line {
  return { verdict: 'stops', subject, says, todo, ...(more ? { more } : {}) };
}

export function countOf(sections: readonly Section[], verdict: Verdict): number {
  return sections.reduce((sum, { lines }) => sum + lines.filter((line) => line.verdict === verdict).length, 0);
}
