import { NO_DIGEST } from '../../base/digest.ts';
import { PATH } from '../../pack/layout.ts';
import { readManifest } from '../../pack/manifest.ts';
import { defineCheck } from '../check.ts';

export const previousLedger = defineCheck({
  id: 'PREVIOUS-LEDGER',
  title:
    'the ledger of the pack before this one can be read, its manifest lists it, and this ceremony follows it, in the same mode',
  needs: ['opening', 'before'],
  run({ opening, before }, { pack, report }) {
    const digest = pack.digest(PATH.previousLedger);
    if (!before) {
      if (opening.previous === NO_DIGEST && digest !== undefined)
        report(PATH.previousLedger, 'it is here, and the first event names no pack before');
      return;
    }
    const manifest = readManifest(pack.need(PATH.previousManifest));
    if (manifest.mode !== opening.mode)
      report(PATH.previousManifest, `it is of a ${manifest.mode}; this ceremony is a ${opening.mode}`);
    const listed = manifest.files.find(({ path }) => path === PATH.ledger);
    if (digest !== listed?.sha256)
      report(PATH.previousLedger, `SHA-256 is ${digest}; the manifest before lists ${listed?.sha256 ?? 'none'}`);
    if (opening.number !== before.number + 1)
      report(PATH.previousLedger, `it is of ceremony ${before.number}; this one has number ${opening.number}`);
  },
});
