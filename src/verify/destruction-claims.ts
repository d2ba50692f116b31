import { escapeForeign } from '../base/text.ts';
import { hasSigned } from '../ledger/destroyed.ts';
import type { Claim } from './claims.ts';
import type { Parts } from './parts.ts';

/**
 * That something is gone is never shown: an HSM that has it no more can sign nothing about it. Only what was there before
 * can be shown, where the key itself signed that it was to be destroyed.
 */
export function destructionClaims(done: Parts['done']): readonly Claim[] {
  return done.flatMap(({ operation, result }): readonly Claim[] => {
    const on = `"${escapeForeign(operation.hsm.name)}"`;
    const step = escapeForeign(operation.step);
    if (operation.op === 'zeroize-token')
      return [
        {
          claim: `step "${step}" erased ${on}`,
          status: 'stated',
          detail: 'by the computer: no signature can show that an HSM is empty',
        },
      ];
    if (operation.op !== 'destroy-key') return [];
    return [
      {
        claim: `the key that step "${step}" destroyed on ${on} is gone`,
        status: 'stated',
        detail: hasSigned(result)
          ? 'by the computer; that it was this key which was there, the key itself signed right before'
          : 'by the computer alone: a destruction that was interrupted was finished, and what it lists afterwards shows none of the key; no signature shows what was there',
      },
    ];
  });
}
