import { carriedFiles } from '../../ledger/carried.ts';
import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const previousFile = defineCheck({
  id: 'PREVIOUS-FILE',
  title: 'the certificates and CRLs of earlier ceremonies that this pack carries are those of the ledger, all of them',
  needs: ['before'],
  run({ before }, { pack, report }) {
    const carried = new Map(before ? carriedFiles(before).map(({ path, sha256 }) => [path, sha256]) : []);
    for (const [path, sha256] of carried) {
      const digest = pack.digest(path);
      if (digest !== sha256) report(path, `SHA-256 is ${digest ?? '(absent)'}; the ledger before has ${sha256}`);
    }
    const documents: readonly string[] = [PATH.previousManifest, PATH.previousLedger];
    for (const path of pack.paths) {
      if (path.startsWith('previous/') && !documents.includes(path) && !carried.has(path))
        report(path, 'no ledger before this ceremony names this file');
    }
  },
});
