import { addendumFilePath } from '../../pack/layout.ts';
import { addendaIn } from '../addenda.ts';
import { defineCheck } from '../check.ts';

export const addendumMissing = defineCheck({
  id: 'ADDENDUM-MISSING',
  title: 'every file that an addendum carries is there',
  needs: [],
  run(_parts, { pack, report }) {
    for (const { folder, content } of addendaIn(pack)) {
      for (const { name, carried } of content?.files ?? []) {
        const path = addendumFilePath(folder, name);
        if (carried && pack.size(path) === undefined)
          report(path, 'the addendum carries this file, and the pack does not have it');
      }
    }
  },
});
