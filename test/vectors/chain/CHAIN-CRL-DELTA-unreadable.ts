import { defineChainVector, packAfter } from '../../forge/chain.ts';
import { deltaScript, HELD, listingTwo } from '../../forge/delta.ts';
import { forge } from '../../forge/forge.ts';
import { reissuedAfter } from '../../forge/reissue-after.ts';

export const vector = defineChainVector({
  check: 'CHAIN-CRL-DELTA',
  title: 'a delta CRL gives the reason 7, which there is not',
  packs: async () => {
    const first = await forge(listingTwo());
    const again = reissuedAfter(
      (request) => ({ ...request, revoked: [{ serial: HELD, at: request.thisUpdate, reason: 'keyCompromise' }] }),
      'root-delta',
      (tbs) => {
        const reason = Buffer.from(tbs).indexOf(Buffer.from('0a0101', 'hex'));
        return tbs.with(reason + 2, 7);
      },
    );
    const second = await packAfter(first, {
      record: { script: deltaScript() },
      recorded: again.files,
      events: again.events,
    });
    return [['first', first], ['second', second]];
  },
});
