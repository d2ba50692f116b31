import type { Json } from '../base/canonical-json.ts';
import type { ErrorCode } from '../base/errors.ts';
import { LOSS_STATES, readRecordLoss } from '../quorum/loss.ts';
import { Shape } from '../quorum/shape.ts';
import { SEAT } from '../quorum/share-set.ts';
import type { LedgerLoss } from './ledger.ts';

/** What was declared is read as its descriptor is. @throws CeremonyError `code` */
export function readLoss(item: Json, code: ErrorCode, where: string): LedgerLoss {
  const whole = new Shape(item, code, where);
  const own = {
    state: whole.literal('state', ...LOSS_STATES),
    step: whole.text('step'),
    at: whole.utc('at'),
    approvedBy: whole.list('approvedBy', (seat, at) => new Shape({ seat }, code, at).text('seat', SEAT)),
  };
  const declared = Object.fromEntries(
    Object.entries(item as { readonly [key: string]: Json }).filter(([key]) => !Object.hasOwn(own, key)),
  );
  const shape = new Shape({ ...declared, to: own.state }, code, where);
  const { op: _op, to: _to, ...loss } = readRecordLoss(shape);
  shape.end();
  return { ...loss, ...own };
}
