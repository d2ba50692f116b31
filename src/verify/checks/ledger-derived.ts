import { sha256 } from '../../base/digest.ts';
import { deriveLedger } from '../../ledger/derive.ts';
import { ledgerBytes } from '../../ledger/ledger.ts';
import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { operationsOf, PartMissing, signedPath } from '../make-parts.ts';

export const ledgerDerived = defineCheck({
  id: 'LEDGER-DERIVED',
  title: 'the ledger is the one that follows from what is recorded',
  needs: ['ledger', 'plan', 'events', 'done', 'certificates', 'crls'],
  run({ plan, events, done, certificates, crls }, { pack, report }) {
    const read = new Set([...certificates, ...crls].map((file) => file.path));
    for (const one of operationsOf(done, 'sign')) {
      const path = signedPath(one);
      if (read.has(path)) continue;
      const owner = `${one.operation.kind === 'certificate' ? 'CERTIFICATE' : 'CRL'}-${pack.size(path) === undefined ? 'MISSING' : 'READ'}`;
      throw new PartMissing(owner, path, 'the file that was signed is not there or cannot be read');
    }
    const derived = sha256(ledgerBytes(deriveLedger(plan, events, pack.file)));
    const digest = pack.digest(PATH.ledger);
    if (digest !== derived) report(PATH.ledger, `SHA-256 is ${digest}; the ledger derived again has ${derived}`);
  },
});
