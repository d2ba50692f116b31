/** Where a check is, and the test that shows it fail. */
export interface ShownBy {
  /** The file that checks. */
  readonly source: string;
  /** The test, or the pack with this one fault. */
  readonly test: string;
  /** Words of the test's name; a pack with one fault needs none. */
  readonly name?: string;
}

/** One thing that must not happen to a certificate or CRL, and what of this program stands against it. */
export interface Check {
  readonly what: string;
  /** Ids of rules; each has a certificate or CRL that breaks it in the tests, and one that keeps it. */
  readonly rules?: readonly string[];
  readonly shown?: ShownBy;
}

export const rules = (what: string, ...ids: readonly string[]): Check => ({ what, rules: ids });
export const code = (what: string, source: string, test: string, name?: string): Check => ({
  what,
  shown: { source, test, ...(name === undefined ? {} : { name }) },
});
export const vector = (what: string, check: string, slug: string): Check =>
  code(what, `src/verify/checks/${check}.ts`, `test/vectors/${check.toUpperCase()}-${slug}.ts`);

/** Checks of one kind, numbered from `first`: add at the end, and never give a number twice. */
export interface Part {
  readonly part: string;
  readonly first: number;
  readonly checks: readonly Check[];
}
