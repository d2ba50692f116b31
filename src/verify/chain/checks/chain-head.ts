import { CeremonyError } from '../../../base/errors.ts';
import { PATH } from '../../../pack/layout.ts';
import { readManifest } from '../../../pack/manifest.ts';
import { readSite } from '../../../script/read-script.ts';
import { type ChainCheck, checkPairs } from '../chain-check.ts';
import { called, type Link } from '../pack-chain.ts';

/**
 * The first event names the manifest of the pack before, and that one its head. Both are held to the chain that lies in
 * that pack, and so is what the site binding says, which people copied from paper.
 */
export const chainHead: ChainCheck = {
  id: 'CHAIN-HEAD',
  title: 'the head that each pack names of the one before is where the chain of that one ends',
  run(chain, { report }) {
    checkPairs(chain, (before, after) => {
      try {
        const head = before.pack.head();
        for (const [path, named] of namedHeads(after))
          if (named !== head)
            report(after.name, path, `the head before is ${named}; the chain of ${called(before)} ends in ${head}`);
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        report(after.name, PATH.previousManifest, `no head can be compared with ${called(before)}: ${error.message}`);
      }
    });
  },
};

function namedHeads({ pack }: Link): readonly (readonly [string, string])[] {
  // A site that cannot be read is PLAN-DERIVE's to report.
  const previous = readSite(pack.need(PATH.site), PATH.site).site?.previous ?? 'none';
  return [
    [PATH.previousManifest, readManifest(pack.need(PATH.previousManifest)).head],
    ...(previous === 'none' ? [] : [[PATH.site, previous.head] as const]),
  ];
}
