import { sha256 } from '../../base/digest.ts';
import { deriveLedger } from '../../ledger/derive.ts';
import { ledgerBytes } from '../../ledger/ledger.ts';
import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const ledgerDerived = defineCheck({
  id: 'LEDGER-DERIVED',
  title: 'the ledger is the one that follows from what is recorded',
  needs: ['ledger', 'plan', 'events', 'wholeProducts'],
  run({ plan, events }, { pack, report }) {
    const derived = sha256(ledgerBytes(deriveLedger(plan, events, pack.file)));
    const digest = pack.digest(PATH.ledger);
    if (digest !== derived) report(PATH.ledger, `SHA-256 is ${digest}; the ledger derived again has ${derived}`);
  },
});
