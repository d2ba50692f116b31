import { canonicalBytes } from '../base/canonical-json.ts';
import type { Sha256 } from '../base/digest.ts';
import type { Ledger, LedgerShareSet } from '../ledger/ledger.ts';
import { PATH } from '../pack/layout.ts';
import type { Pack } from '../pack/pack-reader.ts';
import type { Waiver } from '../pki/waivers.ts';
import { type Operation, readDescriptor } from '../quorum/operation.ts';
import { answersOf } from './answers.ts';
import { currentCrlsOf } from './current-crls.ts';

/** What was answered beforehand about a certificate (RFC 6960). */
export interface AnswerFacts {
  /** Of the response. */
  readonly sha256: Sha256;
  readonly path: string;
  readonly thisUpdate: string;
  /** Empty where it has none. */
  readonly nextUpdate: string;
}

/** What due dates follow from: the newest ledger of a CA, and what the packs that were given say besides. */
export interface CalendarFacts {
  readonly ledger: Ledger;
  /** SHA-256 of ledger.json. */
  readonly digest: Sha256;
  readonly mode: 'rehearsal' | 'production';
  /** When the ceremony that wrote the ledger closed, UTC. */
  readonly closedAt: string;
  /** Of the script of that ceremony. */
  readonly waivers: readonly Waiver[];
  /** SHA-256 of the certificates of the ledger that stand on the newest CRL of their issuer. */
  readonly revoked: ReadonlySet<Sha256>;
  /** Serial number, hex → the newest answer about that certificate, where a pack that was given says so. */
  readonly answers: ReadonlyMap<string, AnswerFacts>;
  /** Share set id → when enough of its shares were opened last, UTC, where a pack that was given says so. */
  readonly opened: ReadonlyMap<string, string>;
  /** Thing → when a ceremony that had it in the room closed last, UTC, where a pack that was given says so. */
  readonly seen: ReadonlyMap<string, string>;
}

/**
 * Reads the facts out of verified packs.
 * @param packs of one succession, the oldest first: of ledgers the last alone counts
 * @throws CeremonyError FILE_MISSING where the last one has no ledger or lacks a CRL of it, and what its readers throw
 */
export function calendarFacts(packs: readonly [Pack, ...Pack[]]): CalendarFacts {
  const newest = packs.at(-1) as Pack;
  const ledger = newest.ledger();
  return {
    ledger,
    digest: newest.digest(PATH.ledger) as Sha256,
    mode: newest.manifest().mode,
    closedAt: closeOf(newest),
    waivers: newest.plan()['waivers'] as unknown as readonly Waiver[],
    revoked: revokedOf(newest, ledger),
    answers: new Map(packs.flatMap((pack) => [...answersIn(pack)])),
    opened: new Map(packs.flatMap((pack) => [...openedIn(pack)])),
    seen: new Map(packs.flatMap((pack) => unitsOf(pack).map((unit) => [unit, closeOf(pack)] as const))),
  };
}

function closeOf(pack: Pack): string {
  const events = pack.events();
  return (events.findLast(({ type }) => type === 'close') ?? events.at(-1))?.at ?? '';
}

function revokedOf(pack: Pack, ledger: Ledger): ReadonlySet<Sha256> {
  const revoked = new Set<Sha256>();
  for (const [issuer, certificates] of Map.groupBy(ledger.certificates, ({ key }) => key)) {
    const own = new Map(certificates.map(({ serial, sha256 }) => [serial, sha256]));
    for (const { crl } of currentCrlsOf(pack, ledger, issuer))
      for (const { serial } of crl.revoked) {
        const sha256 = own.get(serial);
        if (sha256) revoked.add(sha256);
      }
  }
  return revoked;
}

function* answersIn(pack: Pack): Generator<readonly [serial: string, AnswerFacts]> {
  for (const { sha256, path, response } of answersOf(pack))
    for (const { certId, thisUpdate, nextUpdate } of response.responses)
      yield [certId.serial.hex, { sha256, path, thisUpdate: thisUpdate.at, nextUpdate: nextUpdate?.at ?? '' }];
}

/** In the order of the record, so that of several openings of a set the last one counts. */
function* openedIn(pack: Pack): Generator<readonly [id: string, at: string]> {
  const operations = new Map<number, Operation>();
  const { shareSets } = pack.ledger();
  for (const event of pack.events()) {
    if (event.type === 'proposed')
      operations.set(event.seq, readDescriptor(canonicalBytes(event.descriptor)).operation);
    if (event.type !== 'intent') continue;
    const operation = operations.get(event.proposal);
    if (operation) for (const id of setsOpenedBy(operation, shareSets)) yield [id, event.at];
  }
}

/** The sets of which an operation opens shares, by the ledger after it: what does not prepare or rotate logs a user in. */
function setsOpenedBy(operation: Operation, sets: readonly LedgerShareSet[]): readonly string[] {
  if (operation.op === 'prepare-token') return operation.sets.map(({ id }) => id);
  if (operation.op === 'rotate-activation') return [operation.set.id, operation.replaces.id];
  if (operation.op === 'set-key-state' || operation.op === 'record-loss') return [];
  if (operation.op === 'zeroize-token') return [operation.set.id];
  const own = sets.filter(({ hsm, state }) => hsm === operation.hsm.serial && state === 'current');
  const wrapping = operation.op === 'wrap-key';
  const logsIn = own.filter(({ kind }) => kind === 'user' || (kind === 'so' && wrapping)).map(({ id }) => id);
  return wrapping || operation.op === 'unwrap-key' ? [...logsIn, operation.set.id] : logsIn;
}

function unitsOf(pack: Pack): readonly string[] {
  const materials = (pack.plan()['materials'] ?? []) as unknown as readonly {
    readonly units: readonly { readonly unit: string }[];
  }[];
  return materials.flatMap(({ units }) => units.map(({ unit }) => unit));
}
