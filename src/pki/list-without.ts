import { serialOf } from './listed-line.ts';
import type { RevocationList } from './taken-list.ts';

/**
 * A list without some of its lines, which stays the file that it is.
 * @param serials content octets, lower-case hex
 */
export function listWithout(list: RevocationList, serials: ReadonlySet<string>): RevocationList {
  const bare = new Set(Array.from(serials, (serial) => serial.replace(/^(00)+(?=..)/, '')));
  let left = 0;
  for (const { revocation } of list) if (serials.has(Buffer.from(revocation.serial).toString('hex'))) left++;
  return {
    ...{ length: list.length - left, unseen: list.unseen },
    lines() {
      const source = list.lines();
      const next = () => {
        let line = source.next();
        while (line !== undefined && bare.has(serialOf(line))) line = source.next();
        return line;
      };
      return { ...source, next };
    },
    *[Symbol.iterator]() {
      for (const one of list) if (!serials.has(Buffer.from(one.revocation.serial).toString('hex'))) yield one;
    },
  };
}
