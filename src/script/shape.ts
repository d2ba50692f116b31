/** At most 64 of: `9` a digit, `#` a capital letter, and capitals, blanks and a little punctuation for themselves. */
export const SHAPE_PATTERN = /^(?! )[A-Z9# ./:_-]{1,64}(?<! )$/;

/** Whether a typed value has the shape, character by character: `#9999999` for the number on a bag. */
export function matchesShape(shape: string, value: string): boolean {
  if (value.length !== shape.length) return false;
  for (let index = 0; index < shape.length; index++) {
    const wanted = shape[index] ?? '';
    const found = value[index] ?? '';
    const matches = wanted === '9' ? /^[0-9]$/.test(found) : wanted === '#' ? /^[A-Z]$/.test(found) : found === wanted;
    if (!matches) return false;
  }
  return true;
}

/** A value of the shape, the same each time: what a rehearsal answers, `A0000000` for `#9999999`. */
export function exampleOfShape(shape: string): string {
  return shape.replaceAll('9', '0').replaceAll('#', 'A');
}
