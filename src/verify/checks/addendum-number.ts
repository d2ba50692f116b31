import { addendaIn } from '../addenda.ts';
import { defineCheck } from '../check.ts';

export const addendumNumber = defineCheck({
  id: 'ADDENDUM-NUMBER',
  title: 'no two addenda have one number',
  needs: [],
  run(_parts, { pack, report, note }) {
    const addenda = addendaIn(pack);
    const byNumber = Map.groupBy(addenda, ({ number }) => number);
    for (const [number, [first, ...others]] of byNumber) {
      for (const { folder } of others) report(folder, `is number ${number}, as ${first?.folder} is`);
    }
    const absent = Array.from({ length: Math.max(0, ...byNumber.keys()) }, (_, index) => index + 1).filter(
      (number) => !byNumber.has(number),
    );
    // Whoever may not be given an addendum gets the pack without it: no fault, but to be known.
    if (absent.length > 0) note(`addenda are not here, and there are later ones: number ${absent.join(', ')}`);
  },
});
