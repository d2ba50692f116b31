import { sha256 } from '../base/digest.ts';
import { PATH } from '../pack/layout.ts';
import type { Pack } from '../pack/pack-reader.ts';
import { countInClass, type SignedApproval } from '../quorum/count.ts';
import { DEVIATION_CLASS, deviationStatementBytes } from '../quorum/deviation.ts';
import { CLASS_OF } from '../quorum/operation.ts';
import { PartMissing } from './part-missing.ts';
import type { Ballot, Deviation, EventOf, Parts } from './parts.ts';
import type { Get } from './products.ts';

/** @throws PartMissing for CHAIN-COUNT, where a deviation has no chain line that could be approved */
export function makeDeviations(get: Get): readonly Deviation[] {
  const events = get('events');
  const ceremony = get('ceremony');
  const heads = get('heads');
  return events.flatMap((event) => {
    if (event.type !== 'deviation') return [];
    const { seq, step, what, why, effect, names } = event;
    const statement = deviationStatementBytes({
      ceremony,
      deviation: headAfter(heads, seq),
      event: seq,
      step,
      what,
      why,
      effect,
      names,
    });
    const mine = (one: { readonly proposal: number }) => one.proposal === seq;
    return {
      seq,
      event,
      statement,
      approvals: events.filter((one) => one.type === 'approval').filter(mine),
      declined: events.filter((one) => one.type === 'declined').filter(mine),
    };
  });
}

/** @throws PartMissing for CHAIN-COUNT */
export function headAfter(heads: Parts['heads'], seq: number): string {
  const head = heads[seq - 1];
  if (head === undefined)
    throw new PartMissing('CHAIN-COUNT', PATH.chain, `there is no chain line ${seq} for what event ${seq} puts up`);
  return head;
}

/** Whatever people approve by signature, operations and deviations alike. */
export function makeBallots(get: Get): readonly Ballot[] {
  return [
    ...get('proposals').map(({ seq, descriptor, statement, approvals }) => ({
      seq,
      what: `the proposal in event ${seq}`,
      operationClass: CLASS_OF[descriptor.operation.op],
      statement,
      approvals,
      asked: true,
    })),
    ...get('deviations').map(({ seq, statement, approvals, declined }) => ({
      seq,
      what: `the deviation in event ${seq}`,
      operationClass: DEVIATION_CLASS,
      statement,
      approvals,
      asked: approvals.length + declined.length > 0,
    })),
  ];
}

/** Who approved each deviation, counted again; when that was, `quorumSince` says. */
export function makeDeviationCounts(get: Get, pack: Pack): Parts['deviationCounts'] {
  const rosterAt = get('rosterAt');
  return new Map(
    get('deviations').map(({ seq, statement, approvals }) => [
      seq,
      countInClass(rosterAt(seq), DEVIATION_CLASS, statement, recordedApprovals(pack, seq, approvals)),
    ]),
  );
}

/** The signatures of these approvals, from files that are as recorded. */
export function recordedApprovals(
  pack: Pack,
  seq: number,
  approvals: readonly EventOf<'approval'>[],
): readonly SignedApproval[] {
  const files = pack.approvals(seq);
  return approvals.flatMap((event) => {
    const signature = files.get(event.seat);
    return signature && sha256(signature) === event.signature ? [{ seat: event.seat, signature }] : [];
  });
}

/**
 * The event from which on a deviation was approved: the approval with which `need` distinct people had agreed whose
 * signatures hold; undefined if it never was. Who declines does not bind the others, and may approve later.
 * @param counted seats whose approval holds
 */
export function quorumSince(deviation: Deviation, counted: readonly string[], need: number): number | undefined {
  const seats = new Set<string>();
  for (const { seat, seq } of deviation.approvals) {
    if (counted.includes(seat)) seats.add(seat);
    if (seats.size >= need) return seq;
  }
  return undefined;
}
