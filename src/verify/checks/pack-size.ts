import { defineCheck } from '../check.ts';

export const packSize = defineCheck({
  id: 'PACK-SIZE',
  title: 'no file is larger than its kind may be',
  needs: [],
  run(_parts, { pack, report }) {
    for (const fault of pack.source.faults()) if (fault.kind === 'size') report(fault.path, fault.message);
  },
});
