import type { Operation } from '../quorum/operation.ts';
import type { ResultEvent } from '../transcript/event.ts';
import type { Done } from './done.ts';
import type { LedgerBackup, LedgerCopy, LedgerDestroyed, LedgerKey } from './ledger.ts';

/*
 * What is left of a key, as the record has it. A row of what was destroyed stays: a ledger forgets nothing.
 */

/** A key that was destroyed on the token of that serial. */
export interface Destruction {
  readonly key: string;
  readonly token: string | null;
  readonly destroyed: LedgerDestroyed;
}

/** What an operation destroyed: one key on one HSM, or all that a token had. */
export function destructionsBy({ operation, step, result }: Done<Operation['op']>): readonly Destruction[] {
  const one = (key: string, stated: Pick<LedgerDestroyed, 'stated'>) => ({
    ...{ key, token: operation.hsm.serial, destroyed: { at: result.at, step: step.key, ...stated } },
  });
  if (operation.op === 'destroy-key') return [one(operation.key, shownBy(operation, result))];
  return operation.op === 'zeroize-token' ? operation.destroys.map(({ key }) => one(key, { stated: 'erased' })) : [];
}

/**
 * What shows that a key was destroyed: nothing is stated where it signed right before. Where a destruction was interrupted, and no
 * private object was left, the inventory at the end of the login that finished it has no object of the key, or there is none.
 */
function shownBy(
  { key, label, id }: Extract<Operation, { op: 'destroy-key' }>,
  result: Pick<ResultEvent, 'facts'>,
): Pick<LedgerDestroyed, 'stated'> {
  if (hasSigned(result)) return {};
  const { objects } = objectOf(result.facts['after']);
  if (!Array.isArray(objects)) return { stated: 'finished' };
  const isListed = objects
    .map(objectOf)
    .some((one) => one['spkiSha256'] === key || one['id'] === id || one['label'] === label);
  return { stated: isListed ? 'finished' : 'absent' };
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Whether the private object was there and signed before it went; that the signature verifies is judged where the step is. */
export function hasSigned({ facts }: Pick<ResultEvent, 'facts'>): boolean {
  const { destroyed, signature } = facts;
  return Array.isArray(destroyed) && destroyed.includes('private-key') && typeof signature === 'string';
}

/** Keys with where they were destroyed on the token that they were generated on. */
export function withDestructions(keys: readonly LedgerKey[], done: readonly Destruction[]): LedgerKey[] {
  return keys.map((key) => {
    const here = done.find((one) => one.key === key.spkiSha256 && one.token === key.token);
    return here && key.destroyed === undefined ? { ...key, destroyed: here.destroyed } : key;
  });
}

/** Whether a key is anywhere that is known, or that people have said: that one is not there nothing has shown. */
export function isLeft(key: LedgerKey, copies: readonly LedgerCopy[], backups: readonly LedgerBackup[]): boolean {
  const wrapped = backups.filter(({ spkiSha256, state }) => spkiSha256 === key.spkiSha256 && state !== 'destroyed');
  const own = copies.filter(({ spkiSha256 }) => spkiSha256 === key.spkiSha256);
  return key.destroyed === undefined || wrapped.length > 0 || own.some(({ destroyed }) => destroyed === undefined);
}
