import { statementSignaturePath } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const statementFile = defineCheck({
  id: 'STATEMENT-FILE',
  title: 'every statement that was recorded is there, with the signature that was recorded',
  needs: ['events'],
  run({ events }, { pack, report }) {
    for (const event of events) {
      if (event.type !== 'statement' || event.statement === null) continue;
      if (pack.size(event.statement) === undefined)
        report(at(event), `records "${event.statement}", which the pack does not have`);
      const path = statementSignaturePath(event.statement);
      const digest = pack.digest(path);
      if (digest === undefined) report(at(event), `the pack does not have the signature "${path}"`);
      else if (digest !== event.signature)
        report(at(event), `records the signature ${event.signature}; "${path}" has ${digest}`);
    }
  },
});
