import { CeremonyError } from '../../../base/errors.ts';
import { HOLD } from '../../../pki/hold.ts';
import { combinationFaults, isDelta } from '../../../x509/constructed-crl.ts';
import { reasonCode } from '../../../x509/crl-extensions.ts';
import type { RevokedEntry } from '../../../x509/model.ts';
import type { ChainCheck } from '../chain-check.ts';
import { type CrlStep, crlSteps, entryText, type LastSaid } from '../crl-steps.ts';

/** RFC 5280 §5.2.4: who has the complete CRL and takes the delta CRL to it knows all that the CA has said. */
export const chainCrlDelta: ChainCheck = {
  id: 'CHAIN-CRL-DELTA',
  title: 'each delta CRL starts from the last complete one before it, and lists all that has changed since',
  run(chain, { report }) {
    for (const { last, next } of crlSteps(chain)) {
      if (!isDelta(next.crl)) continue;
      const say = (message: string) => report(next.link.name, next.path, message);
      // Of a chain that does not begin at the beginning the first CRL follows what is not shown.
      try {
        if (last) for (const fault of faultsOf(next, last)) say(fault);
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        say(error.message);
      }
    }
  },
};

function faultsOf({ crl }: CrlStep['next'], { complete, delta, state }: LastSaid): string[] {
  const together = combinationFaults(complete.crl, crl);
  if (together.length > 0) return together.map((fault) => `it does not go with ${complete.said}: ${fault}`);
  const faults: string[] = [];
  for (const entry of delta?.crl.revoked ?? [])
    if (!crl.revoked.find(entry.serial))
      faults.push(`the entry of ${entry.serial} is (absent); in ${delta?.said} it is ${entryText(entry)}`);
  for (const entry of crl.revoked) {
    const before = delta?.crl.revoked.find(entry.serial);
    if (before && entryText(before) === entryText(entry)) continue;
    const was = state.crl.revoked.find(entry.serial);
    if (!isPermitted(was, entry))
      faults.push(
        `the entry of ${entry.serial} is ${entryText(entry)}; in ${state.said} it is ${was ? entryText(was) : '(absent)'}`,
      );
  }
  return faults;
}

/** New, or of what was on hold: released, or revoked for good. */
function isPermitted(was: RevokedEntry | undefined, now: RevokedEntry): boolean {
  const is = reasonCode(now.extensions);
  if (!was) return is !== 'removeFromCRL';
  return reasonCode(was.extensions) === HOLD && is !== HOLD;
}
