import { type Octets, partOf } from '../base/octets.ts';
import { approvalPayloadPath } from '../pack/layout.ts';
import type { Operation } from '../quorum/operation.ts';
import { signaturesIn, type ToBeSigned, toBeSigned } from '../quorum/sign-list.ts';
import type { Done } from './parts.ts';
import { PRODUCTS } from './product-kinds.ts';

/** One document that a key signed, alone or in a list. */
export interface SignedItem extends ToBeSigned {
  readonly done: Done<'sign'> | Done<'sign-list'>;
  /** Where its file lies. */
  readonly path: string;
  /** As the result states it; undefined where it states none in base64. */
  readonly signature: Uint8Array | undefined;
}

/** Everything that was signed, in the order of the record; of a list in the order of its items. */
export function signedItems(done: readonly Done[]): readonly SignedItem[] {
  const signing = [...operationsOf(done, 'sign'), ...operationsOf(done, 'sign-list')];
  return signing
    .sort((one, other) => one.result.seq - other.result.seq)
    .flatMap((one) => {
      const signatures = signaturesIn(one.operation, one.result.facts);
      return toBeSigned(one.operation).map((item) => ({
        ...item,
        done: one,
        path: `${PRODUCTS[item.kind].folder}/${item.out}`,
        signature: signatures[item.index],
      }));
    });
}

export function operationsOf<O extends Operation['op']>(done: readonly Done[], op: O): readonly Done<O>[] {
  return done.filter((one) => one.operation.op === op) as unknown as readonly Done<O>[];
}

/** The bytes that were approved for it, as far as they are there; PROPOSAL-PAYLOAD says whether they are the right ones. */
export function approvedBytes<Bytes extends Octets>(
  { done, at, payload }: SignedItem,
  read: (path: string) => Bytes | undefined,
): Bytes | undefined {
  const all = read(approvalPayloadPath(done.proposal.seq));
  return done.operation.op === 'sign' ? all : all && partOf(all, at, at + payload.size);
}
