import { CeremonyError } from '../base/errors.ts';
import { type Octets, wholeOf } from '../base/octets.ts';
import type { FolderFiles } from '../plan/folder-input.ts';
import { inputOf } from '../plan/inputs.ts';
import { revokingStep } from '../plan/known.ts';
import type { Plan } from '../plan/plan.ts';
import { lastOf, pathOfIssuer, wantedOf } from './input-judged-by.ts';
import { kindOf, type Taken } from './input-taken.ts';
import { thisUpdateNow } from './revocations.ts';

/**
 * A revocation list as it lies on its medium before the ceremony, judged as `read-input` will judge it: an entry without a reason, a
 * stranger's serial number or a date out of bounds is found at the desk, and not in the room.
 * @param name of the input
 * @param carried files of the pack before, by path
 * @param now UTC; the ceremony will have its own
 * @returns undefined where the ceremony makes or reads first what the list is judged by: its CA, or certificates that the ledger lacks
 * @throws CeremonyError what `read-input` refuses it with
 */
export function listAtDesk(
  name: string,
  plan: Plan,
  file: Octets,
  carried: FolderFiles,
  now: string,
): Taken | undefined {
  const input = inputOf(plan, name);
  if (input?.type !== 'revocation-list') throw new TypeError(`"${name}" is no revocation list`);
  const path = pathOfIssuer(input, plan, []);
  const issuer = path === undefined ? undefined : carried.get(path);
  if (!issuer || input.certificates !== undefined) return undefined;
  const octets = (at: string): Octets => {
    const bytes = carried.get(at);
    if (!bytes) throw new CeremonyError('FILE_MISSING', `the pack before has no "${at}"`);
    return wholeOf(bytes);
  };
  const wanted = wantedOf(name, plan, [], {
    ...{ carried, issuer, last: lastOf(name, plan, octets), shown: undefined },
    thisUpdate: thisUpdateNow(revokingStep(plan, name), now),
  });
  return kindOf(input).take(file, `"${input.file}"`, wanted, name);
}
