import type { OperationName } from '../../quorum/operation.ts';
import type { Event } from '../../transcript/event.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

/** Operations that may leave a token or a key behind when they fail on the way. */
const LEAVING: readonly OperationName[] = ['prepare-token', 'generate-key', 'unwrap-key'];

export const reconciliationOf = defineCheck({
  id: 'RECONCILIATION-OF',
  title:
    'an operation that was cut short, or that failed where it may have left something, was looked for on the HSM before another was proposed or begun',
  needs: ['events'],
  run({ events }, { report }) {
    const operations = new Map(
      events.flatMap((event) => (event.type === 'proposed' ? [[event.seq, String(event.descriptor['op'])]] : [])),
    );
    let left: Left | undefined;
    let due: number | null = null;
    for (const event of events) {
      const leaves = leavesOpen(event, operations);
      if (leaves) {
        left = leaves;
        due = leaves.isDue ? leaves.open : null;
      } else if (event.type === 'reconciliation') {
        if (left?.open !== event.proposal) {
          const before =
            left === undefined
              ? 'there was no interruption, and nothing had failed'
              : `event ${left.seq} left ${left.open ?? 'none'} open`;
          report(at(event), `speaks of the proposal in event ${event.proposal}; ${before}`);
        } else if (event.proposal === due) due = null;
      } else if ((event.type === 'proposed' || event.type === 'intent') && due !== null) {
        report(at(event), `nobody has looked yet for what the proposal in event ${due} left on the HSM`);
        due = null;
      }
    }
  },
});

interface Left {
  /** The event that says so. */
  readonly seq: number;
  /** Seq of the proposal, or null. */
  readonly open: number | null;
  /** Whether it must be looked for before anything else is proposed. */
  readonly isDue: boolean;
}

function leavesOpen(event: Event, operations: ReadonlyMap<number, string>): Left | undefined {
  if (event.type === 'resume') return { seq: event.seq, open: event.open, isDue: event.open !== null };
  if (event.type !== 'result' || event.outcome !== 'failed') return undefined;
  const isDue = LEAVING.some((name) => name === operations.get(event.proposal)) && event.facts['reached'] !== 'no';
  return { seq: event.seq, open: event.proposal, isDue };
}
