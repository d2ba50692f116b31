const [RUN, BLOCK, FINDER, BALANCE] = [3, 3, 40, 10];
/** 1:1:3:1:1 with four light modules behind it or before it: what a reader could take for a finder. */
const FINDERS = [0b10111010000, 0b00001011101];

/** How hard a symbol is to read, by the four rules of ISO/IEC 18004:2015, 7.8.3.1. */
export function penaltyOf(modules: Uint8Array, size: number): number {
  let penalty = 0;
  for (let line = 0; line < size; line++) {
    penalty += lineOf(size, (at) => modules[line * size + at] as number);
    penalty += lineOf(size, (at) => modules[at * size + line] as number);
  }
  let dark = 0;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = row * size + column;
      dark += modules[at] as number;
      if (row === 0 || column === 0) continue;
      const sum = modules[at]! + modules[at - 1]! + modules[at - size]! + modules[at - size - 1]!;
      if (sum === 0 || sum === 4) penalty += BLOCK;
    }
  }
  return penalty + BALANCE * Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5);
}

/** Runs of five and more of one colour, and what looks like a finder, in one row or column. */
function lineOf(size: number, moduleAt: (at: number) => number): number {
  let penalty = 0;
  let run = 0;
  let window = 0;
  for (let at = 0; at < size; at++) {
    run = at > 0 && moduleAt(at) === moduleAt(at - 1) ? run + 1 : 1;
    if (run === 5) penalty += RUN;
    else if (run > 5) penalty += 1;
    window = ((window << 1) | moduleAt(at)) & 0b11111111111;
    if (at >= 10 && FINDERS.includes(window)) penalty += FINDER;
  }
  return penalty;
}
