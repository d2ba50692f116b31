import { canonicalJson } from '../../../base/canonical-json.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { PATH } from '../../../pack/layout.ts';
import { type ChainCheck, checkPairs } from '../chain-check.ts';
import { called } from '../pack-chain.ts';

/** What a ledger only ever adds to; of tokens and shares other things change with time. */
const KEPT = ['keys', 'certificates', 'crls'] as const satisfies readonly (keyof Ledger)[];

export const chainLost: ChainCheck = {
  id: 'CHAIN-LOST',
  title:
    'every key, certificate and CRL of the ledger before is in the ledger after, unchanged but for the state of a key, and nothing that was destroyed or decided is undone',
  run(chain, { report }) {
    checkPairs(chain, (before, after) => {
      for (const list of KEPT) {
        const there = new Set(after.ledger[list].map((entry) => canonicalJson(lasting(entry))));
        for (const entry of before.ledger[list])
          if (!there.has(canonicalJson(lasting(entry))) || isUndone(entry, after.ledger))
            report(
              after.name,
              PATH.ledger,
              `"${list}" of ${called(before)} has "${entry.name}" of step "${entry.step}", ${digestOf(entry)}; here it is not, or is another`,
            );
      }
    });
  },
};

type Entry = Ledger[(typeof KEPT)[number]][number];

/** What never changes of an entry: the state of a key does. */
function lasting(entry: Entry): object {
  if (!('state' in entry)) return entry;
  const { state: _state, decided: _decided, destroyed: _destroyed, ...rest } = entry;
  return rest;
}

/** Whether a key was destroyed before and is not now, or a decision about it has gone, or another state follows than may. */
function isUndone(entry: Entry, { keys }: Pick<Ledger, 'keys'>): boolean {
  if (!('state' in entry)) return false;
  const now = keys.find(({ spkiSha256 }) => spkiSha256 === entry.spkiSha256);
  if (!now) return true;
  const decided = (now.decided ?? []).slice(0, entry.decided?.length ?? 0);
  return (
    (entry.destroyed !== undefined && canonicalJson(now.destroyed ?? null) !== canonicalJson(entry.destroyed)) ||
    canonicalJson(decided) !== canonicalJson(entry.decided ?? []) ||
    (entry.state === 'destroyed' && now.state !== 'destroyed')
  );
}

/** @param entry of one of the lists that are kept */
function digestOf(entry: Entry): string {
  return 'sha256' in entry ? `SHA-256 ${entry.sha256}` : `public key ${entry.spkiSha256}`;
}
