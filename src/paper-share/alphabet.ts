/** The digits and letters without I, L, O and U (Crockford's base 32): value → ASCII. */
const CHARACTERS = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ');

/** ASCII → value. No row has I, L or O, so that whoever reads one has read 1 or 0. */
const VALUES: ReadonlyMap<number, number> = new Map(
  [...CHARACTERS].flatMap((code, value) => withCases(code, value)).concat(...aliases()),
);

/** @param value 0 to 31 */
export function characterOf(value: number): number {
  return CHARACTERS[value] as number;
}

/** @param code one byte that was typed; @returns undefined for what is in no row */
export function symbolOf(code: number): number | undefined {
  return VALUES.get(code);
}

/** Blanks and hyphens, which people put between groups. */
export function isBetween(code: number): boolean {
  return code === 0x20 || code === 0x2d;
}

function withCases(code: number, value: number): [number, number][] {
  return [
    [code, value],
    [code >= 0x41 ? code + 0x20 : code, value],
  ];
}

function aliases(): [number, number][][] {
  return [...'OIL'].map((letter) => withCases(letter.charCodeAt(0), letter === 'O' ? 0 : 1));
}
