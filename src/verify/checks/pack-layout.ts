import { kindOf } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const packLayout = defineCheck({
  id: 'PACK-LAYOUT',
  title: 'every file has a place in the format',
  needs: [],
  run(_parts, { pack, options, report, note }) {
    for (const path of pack.paths) {
      if (kindOf(path)) continue;
      // What was being written when the program ended lies apart and is no part of the record.
      if (options.outcome === 'interrupted' && path.startsWith('.incoming/'))
        note(`"${path}" was being written when the ceremony ended`);
      else report(path, 'the format knows no file of that name');
    }
  },
});
