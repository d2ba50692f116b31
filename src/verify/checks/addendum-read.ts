import { addendumPath } from '../../pack/layout.ts';
import { addendaIn } from '../addenda.ts';
import { defineCheck } from '../check.ts';

export const addendumRead = defineCheck({
  id: 'ADDENDUM-READ',
  title: 'every addendum says what it holds, and is of the number and kind that its folder says',
  needs: [],
  run(_parts, { pack, report }) {
    for (const { folder, problem } of addendaIn(pack)) if (problem !== undefined) report(addendumPath(folder), problem);
  },
});
