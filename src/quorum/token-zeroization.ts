import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { REASON } from './key-states.ts';
import { type NamedSet, readNamedSet } from './named-set.ts';
import { Shape } from './shape.ts';

/** A key that goes with everything else on a token. */
export interface LostKey {
  /** SHA-256 of its SubjectPublicKeyInfo. */
  readonly key: Sha256;
  /** Whether no other HSM is known to hold it. */
  readonly last: boolean;
}

/** A token is initialised anew, by its security officer: all objects and the user's PIN go. */
export interface ZeroizeToken {
  readonly op: 'zeroize-token';
  /** That it has afterwards. */
  readonly label: string;
  /** The set whose secret gives the PIN of its security officer. */
  readonly set: NamedSet;
  /** Every key that is known to be on it, ascending by its digest; empty where each was destroyed before. */
  readonly destroys: readonly LostKey[];
  /** Why: one line. */
  readonly reason: string;
}

const CODE = 'DESCRIPTOR_INVALID';

/** @throws CeremonyError DESCRIPTOR_INVALID */
export function readZeroizeToken(shape: Shape, label: RegExp): ZeroizeToken {
  const destroys = (item: Parameters<Parameters<Shape['list']>[1]>[0], where: string): LostKey => {
    const one = new Shape(item, CODE, where);
    const lost = { key: one.digest('key'), last: one.flag('last') };
    one.end();
    return lost;
  };
  const read: ZeroizeToken = {
    op: 'zeroize-token',
    label: shape.text('label', label),
    set: readNamedSet(shape.object('set')),
    destroys: shape.list('destroys', destroys),
    reason: shape.text('reason', REASON),
  };
  for (const [index, { key }] of read.destroys.entries()) {
    const before = read.destroys[index - 1]?.key;
    if (before !== undefined && before >= key)
      throw new CeremonyError(CODE, 'the operation descriptor: "destroys" must ascend by the key, each once');
  }
  return read;
}

/** Lines of the approval screen. */
export function zeroizationLines(
  { label, set, destroys, reason }: ZeroizeToken,
  shown: (text: string) => string,
): string[] {
  return [
    'ERASES      EVERYTHING on this token, for good, and the PIN of its user',
    `label       ${shown(label)}`,
    `why         ${shown(reason)}`,
    ...(destroys.length === 0
      ? ['keys        none is known to be on it']
      : destroys.flatMap(({ key, last }) => [
          `key         ${key}`,
          last
            ? '            IT IS THE LAST HSM THAT IS KNOWN TO HOLD IT'
            : '            another HSM is known to hold it',
        ])),
    `opened by   the security officer's set ${set.id}`,
    `            ${set.threshold} of ${set.holders.length}: ${set.holders.join(', ')}`,
    'then        a PIN that nobody learns is set for its user, and with it everything on',
    '            the token is listed: nothing may be there',
  ];
}
