import { sha256 } from '../../base/digest.ts';
import { deriveLedger } from '../../ledger/derive.ts';
import { ledgerBytes } from '../../ledger/ledger.ts';
import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { firstMoveWithheld } from '../withheld.ts';

export const ledgerDerived = defineCheck({
  id: 'LEDGER-DERIVED',
  title: 'the ledger is the one that follows from what is recorded',
  needs: ['ledger', 'before', 'plan', 'events', 'eventLines', 'wholeProducts'],
  run({ ledger, before, plan, events, eventLines }, { pack, report, note }) {
    const whole = deriveLedger(plan, events, pack.octets, before);
    const isWithheld = Number.isFinite(firstMoveWithheld(eventLines));
    if (isWithheld) note('where things are, as the ledger says it, is not derived again: answers are withheld');
    const derived = sha256(ledgerBytes(isWithheld ? { ...whole, custody: ledger.custody } : whole));
    const digest = pack.digest(PATH.ledger);
    if (digest !== derived) report(PATH.ledger, `SHA-256 is ${digest}; the ledger derived again has ${derived}`);
  },
});
