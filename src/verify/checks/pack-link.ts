import { defineCheck } from '../check.ts';

export const packLink = defineCheck({
  id: 'PACK-LINK',
  title: 'no file of the pack is a link: what is verified is what lies in the folder',
  needs: [],
  run(_parts, { pack, report }) {
    for (const fault of pack.source.faults()) if (fault.kind === 'link') report(fault.path, fault.message);
  },
});
