import { defineCheck } from '../check.ts';

export const packFile = defineCheck({
  id: 'PACK-FILE',
  title: 'everything in the pack is a folder or a regular file that can be read',
  needs: [],
  run(_parts, { pack, report }) {
    for (const fault of pack.source.faults()) {
      if (fault.kind === 'special' || fault.kind === 'unreadable') report(fault.path, fault.message);
    }
  },
});
