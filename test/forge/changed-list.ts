import type { Revocation } from '../../src/pki/request.ts';
import { type ChainVector, defineChainVector, packAfter } from './chain.ts';
import { forge } from './forge.ts';
import { reissued } from './reissue.ts';
import { reissuedAfter } from './reissue-after.ts';

/**
 * Two packs of one CA: the CRL of the first lists one certificate, and that of the second lists what is made of it.
 * @param change gets the entry as the first CRL has it
 */
export function changedList(
  title: string,
  change: (listed: readonly Revocation[]) => readonly Revocation[],
): ChainVector {
  return defineChainVector({
    check: 'CHAIN-CRL-ENTRY',
    title,
    packs: async () => {
      let listed: readonly Revocation[] = [];
      const before = reissued({
        crl: (request) => {
          listed = [{ serial: Uint8Array.of(5), at: request.thisUpdate, reason: 'keyCompromise' }];
          return { ...request, revoked: listed };
        },
      });
      const first = await forge({ recorded: before.files, events: before.events });
      const again = reissuedAfter((request) => ({ ...request, revoked: change(listed) }));
      const second = await packAfter(first, { recorded: again.files, events: again.events });
      return [
        ['first', first],
        ['second', second],
      ];
    },
  });
}
