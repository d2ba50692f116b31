import type { Done } from './done.ts';
import type { LedgerCopy, LedgerDestroyed, LedgerKey } from './ledger.ts';

/*
 * What is left of a key, as the record has it. A row of what was destroyed stays: a ledger forgets nothing.
 */

type Destruction = Done<'destroy-key'>;

/** When and by which step a destruction was done. */
export function destroyedBy({ step, result }: Destruction): LedgerDestroyed {
  return { at: result.at, step: step.key };
}

/** Keys of which nothing is left are destroyed; the others are what they were. @param copies after all that was done */
export function keysAfter(
  keys: readonly LedgerKey[],
  copies: readonly LedgerCopy[],
  done: readonly Destruction[],
): LedgerKey[] {
  return keys.map((key) => {
    const here = done.find(({ operation }) => operation.key === key.spkiSha256 && operation.hsm.serial === key.token);
    const row = here && key.destroyed === undefined ? { ...key, destroyed: destroyedBy(here) } : key;
    return isLeft(row, copies) ? row : { ...row, state: 'destroyed' };
  });
}

/** Whether a key is anywhere that is known, or that people have said: that one is not there nothing has shown. */
function isLeft(key: LedgerKey, copies: readonly LedgerCopy[]): boolean {
  const own = copies.filter(({ spkiSha256 }) => spkiSha256 === key.spkiSha256);
  return key.destroyed === undefined || own.some(({ destroyed }) => destroyed === undefined);
}
