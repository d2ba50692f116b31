import { defineCheck } from '../check.ts';

export const packName = defineCheck({
  id: 'PACK-NAME',
  title: 'file names are plain: nothing in them changes what people or a shell read',
  needs: [],
  run(_parts, { pack, report }) {
    for (const fault of pack.source.faults()) if (fault.kind === 'name') report(fault.path, fault.message);
  },
});
