import { defineChainVector, packAfter } from '../../forge/chain.ts';
import { forge } from '../../forge/forge.ts';
import { nextPartitionScript, partitionedScript } from '../../forge/partitioned.ts';
import { reissued } from '../../forge/reissue.ts';
import { reissuedAfter } from '../../forge/reissue-after.ts';

export const vector = defineChainVector({
  check: 'CHAIN-CRL-ENTRY',
  title: 'the CRL of a partition leaves out a certificate that the last one of that partition lists',
  packs: async () => {
    const before = reissued({
      crl: (request) => ({
        ...request,
        revoked: [{ serial: Uint8Array.of(5), at: request.thisUpdate, reason: 'keyCompromise' }],
      }),
    });
    const first = await forge({
      record: { script: partitionedScript },
      recorded: before.files,
      events: before.events,
    });
    const again = reissuedAfter((request) => ({ ...request, revoked: [] }));
    const second = await packAfter(first, {
      record: { script: nextPartitionScript },
      recorded: again.files,
      events: again.events,
    });
    return [['first', first], ['second', second]];
  },
});
