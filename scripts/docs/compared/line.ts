/** Something that a program for offline CAs checks, whichever it is, and what stands for it here. */
export interface Line {
  readonly what: string;
  /** Rows of docs/checks.md (C1 …) and ids of rules. */
  readonly by: readonly string[];
  /** Why there is none, or what is otherwise here. */
  readonly unlike?: string;
}

export const line = (what: string, by: readonly string[], unlike?: string): Line => ({
  what,
  by,
  ...(unlike === undefined ? {} : { unlike }),
});

/** Lines about one matter: add at the end of the last, so that no line gets another number. */
export interface Matter {
  readonly matter: string;
  readonly lines: readonly Line[];
}
