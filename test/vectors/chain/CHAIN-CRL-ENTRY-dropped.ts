import { defineChainVector, packAfter } from '../../forge/chain.ts';
import { forge } from '../../forge/forge.ts';
import { reissued } from '../../forge/reissue.ts';
import { reissuedAfter } from '../../forge/reissue-after.ts';

export const vector = defineChainVector({
  check: 'CHAIN-CRL-ENTRY',
  title: 'the CRL leaves out a certificate that the last one lists',
  packs: async () => {
    const before = reissued({
      crl: (request) => ({
        ...request,
        revoked: [{ serial: Uint8Array.of(5), at: request.thisUpdate, reason: 'keyCompromise' }],
      }),
    });
    const first = await forge({ recorded: before.files, events: before.events });
    const again = reissuedAfter((request) => ({ ...request, revoked: [] }));
    const second = await packAfter(first, { recorded: again.files, events: again.events });
    return [['first', first], ['second', second]];
  },
});
