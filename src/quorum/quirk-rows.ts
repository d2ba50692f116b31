import { KEY_FLAGS, type KeyHalf, quirkName, type Template, unreportedQuirk } from './key-template.ts';

/**
 * Where a kind of HSM cannot be asked what every other is asked, or says of every key the same. Nothing of it is let
 * pass silently: each is a quirk by name, which the quorum accepts as a deviation before the key is used, or does not.
 */
export interface QuirkRow {
  /** Flags that it refuses in a template: they are left out of it. */
  readonly untold: Readonly<Record<KeyHalf, readonly string[]>>;
  /** What it reports whatever is true, by CKA name: such a report counts as none. */
  readonly meaningless: Readonly<Record<KeyHalf, Readonly<Record<string, boolean>>>>;
}

const NONE: QuirkRow = { untold: { public: [], private: [] }, meaningless: { public: {}, private: {} } };

/** By `behaves-as` of a site. Other names of a site have no row: nothing is different about their keys. */
const ROWS: Readonly<Record<string, QuirkRow>> = {
  // NSS softoken 3.87.1: C_GenerateKeyPair of a token object returns CKR_GENERAL_ERROR where CKA_COPYABLE is in the private
  // template, since its database has no such column; of keys that it has just generated it reports CKA_LOCAL false, and
  // CKA_DERIVE true of the public half.
  nss: {
    untold: { public: [], private: ['COPYABLE'] },
    meaningless: { public: { LOCAL: false, DERIVE: true }, private: { LOCAL: false } },
  },
};

export const QUIRK_ROWS: readonly string[] = Object.keys(ROWS);

/** @param name one of QUIRK_ROWS; undefined for an HSM without a row */
export function quirkRow(name: string | undefined): QuirkRow {
  return (name !== undefined && Object.hasOwn(ROWS, name) && ROWS[name]) || NONE;
}

/** The row of a site's `behaves-as`, as authorization, plan and descriptor have it; absent where there is none. */
export function behavesAs(name: string | undefined): { readonly behavesAs?: string } {
  return name !== undefined && QUIRK_ROWS.includes(name) ? { behavesAs: name } : {};
}

/** All that must hold of one half of a key besides what its template asks for: what is not told, and what says nothing. */
export function wantedBesides(half: KeyHalf, { untold, meaningless }: QuirkRow): Template {
  const flags = KEY_FLAGS[half];
  const uses = Object.keys(meaningless[half]).filter((name) => meaningless[half][name] === true);
  return Object.fromEntries([
    ...uses.map((name) => [name, false]),
    ...untold[half].map((name) => [name, flags[name] as boolean]),
  ]);
}

export function saysNothing(half: KeyHalf, name: string, reported: unknown, { meaningless }: QuirkRow): boolean {
  return Object.hasOwn(meaningless[half], name) && meaningless[half][name] === reported;
}

/** What the record says of an attribute that the token does not show, or not so that it means anything. */
export function quirkSentence(half: KeyHalf, name: string, asked: boolean | string, row: QuirkRow): string {
  if (row.untold[half].includes(name))
    return `the token was not told ${name} of the ${half} key, which it refuses, and does not report it (wanted: ${asked})`;
  if (Object.hasOwn(row.meaningless[half], name))
    return `the token reports ${name} of the ${half} key as ${row.meaningless[half][name]}, as of every key (wanted: ${asked})`;
  return unreportedQuirk(half, name, asked);
}

/** What people read of a row before they approve that a key is made: nothing for an HSM without one. */
export function quirkLines(name: string | undefined): string[] {
  const row = quirkRow(name);
  const named = (['private', 'public'] as const).flatMap((half) => [
    ...row.untold[half].map((attribute) => `${quirkName(half, attribute)}, not told`),
    ...Object.keys(row.meaningless[half]).map((attribute) => `${quirkName(half, attribute)}, reported falsely`),
  ]);
  return named.length === 0
    ? []
    : [
        `behaves as  ${name}; the quorum is asked to accept, once the key is made:`,
        ...named.map((one) => `            ${one}`),
      ];
}
