import { canonicalBytes } from '../base/canonical-json.ts';
import { type Operation, readDescriptor } from '../quorum/operation.ts';
import type { Event, ResultEvent } from '../transcript/event.ts';
import { destructionsBy } from './destroyed.ts';
import { broken, type Done, type LedgerPlan } from './done.ts';
import type { LedgerCopy, LedgerKey } from './ledger.ts';

/*
 * Copies of a key that a restoration left behind. One that was begun and is not known to be done may have put the key on its HSM,
 * whatever the computer says of it: a copy too many in the ledger is looked for, one too few is never missed.
 */

/**
 * The copies after a ceremony, with those on HSMs where a restoration was begun and no result says what came of it; and with what was
 * restored to be destroyed again, where the ceremony was aborted before that, marked as left.
 * @param copies by all that was done; @throws CeremonyError TRANSCRIPT_BROKEN, DESCRIPTOR_INVALID, JSON_NOT_CANONICAL
 */
export function withLeft(
  copies: readonly LedgerCopy[],
  plan: LedgerPlan,
  events: readonly Event[],
  done: readonly Done[],
  keys: readonly LedgerKey[],
): LedgerCopy[] {
  const begun = begunIn(events).filter(({ at, operation }) => !isSettled(at, operation, done));
  const rows = new Map(copies.map((copy) => [placeOf(copy), copy]));
  for (const { operation, step, since } of begun) {
    const { key: spkiSha256, hsm } = operation;
    const token = hsm.serial ?? broken(`step "${step}" restored a key on a token without a serial`);
    const there = rows.get(placeOf({ spkiSha256, token }));
    if (there && there.destroyed === undefined) continue;
    const name =
      keys.find((key) => key.spkiSha256 === spkiSha256)?.name ?? broken(`no key with SHA-256 ${spkiSha256} is known`);
    const row = { key: name, spkiSha256, token, step, provenAt: null };
    rows.set(placeOf(row), { ...row, provenance: 'unproven', left: { how: 'begun', at: since } });
  }
  const owed = events.some(({ type }) => type === 'abort') ? destructionsOwed(plan, done) : new Set<string>();
  return [...rows.values()].map((copy) => {
    if (copy.destroyed !== undefined) return erasedOf(copy);
    const here = done.find(
      ({ operation, step }) =>
        operation.op === 'unwrap-key' && step.key === copy.step && operation.hsm.serial === copy.token,
    );
    return here && copy.provenance === 'restored' && owed.has(copy.token)
      ? { ...copy, left: { how: 'undestroyed', at: here.result.at } }
      : copy;
  });
}

/** A row of what was destroyed says how that went, and no more of what had been left. */
function erasedOf({ left: _left, ...copy }: LedgerCopy): LedgerCopy {
  return copy;
}

interface Begun {
  readonly operation: Extract<Operation, { op: 'unwrap-key' }>;
  readonly step: string;
  /** Seq and time of the intent. */
  readonly at: number;
  readonly since: string;
}

/** Each restoration of which it is not certain that it did not reach the HSM, and that was not done. */
function begunIn(events: readonly Event[]): Begun[] {
  return events.flatMap((event) => {
    if (event.type !== 'proposed' || event.descriptor['op'] !== 'unwrap-key') return [];
    const intent = events.find((one) => one.type === 'intent' && one.proposal === event.seq);
    const result = events.find(
      (one): one is Event & ResultEvent => one.type === 'result' && one.proposal === event.seq,
    );
    if (!intent || result?.outcome === 'done' || result?.facts['reached'] === 'no') return [];
    const { operation } = readDescriptor(canonicalBytes(event.descriptor));
    return operation.op === 'unwrap-key' ? [{ operation, step: event.step, at: intent.seq, since: intent.at }] : [];
  });
}

/** Whether what was left was taken up, destroyed or erased afterwards. */
function isSettled(at: number, { key, hsm }: Begun['operation'], done: readonly Done[]): boolean {
  return done.some((entry) => {
    const { operation, result } = entry;
    if (result.seq < at || operation.hsm.serial !== hsm.serial) return false;
    if (operation.op === 'unwrap-key') return operation.key === key;
    return operation.op === 'zeroize-token' || destructionsBy(entry).some((one) => one.key === key);
  });
}

/** Serials of the HSMs on which a step that was not done was to destroy a key, or all. */
function destructionsOwed(plan: LedgerPlan, done: readonly Done[]): ReadonlySet<string> {
  const steps = plan.acts
    .flatMap((act) => act.steps)
    .filter(
      ({ type, key }) =>
        (type === 'destroy-key' || type === 'zeroize-token') && !done.some(({ step }) => step.key === key),
    );
  const names = new Set(steps.map(({ params }) => String(params['token'])));
  const serials = done.flatMap(({ operation: { hsm } }) =>
    names.has(hsm.name) && hsm.serial !== null ? [hsm.serial] : [],
  );
  return new Set(serials);
}

function placeOf({ spkiSha256, token }: Pick<LedgerCopy, 'spkiSha256' | 'token'>): string {
  return `${spkiSha256} ${token}`;
}
