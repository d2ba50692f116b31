import { defineChainVector, packAfter } from '../../forge/chain.ts';
import { deltaScript, GONE, listingTwo } from '../../forge/delta.ts';
import { forge } from '../../forge/forge.ts';
import { reissuedAfter } from '../../forge/reissue-after.ts';

export const vector = defineChainVector({
  check: 'CHAIN-CRL-DELTA',
  title: 'a delta CRL removes what was revoked for good',
  packs: async () => {
    const first = await forge(listingTwo());
    const again = reissuedAfter(
      (request) => ({ ...request, revoked: [{ serial: GONE, at: request.thisUpdate, reason: 'removeFromCRL' }] }),
      'root-delta',
    );
    const second = await packAfter(first, {
      record: { script: deltaScript() },
      recorded: again.files,
      events: again.events,
    });
    return [['first', first], ['second', second]];
  },
});
