import { CeremonyError } from '../../base/errors.ts';
import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const planRead = defineCheck({
  id: 'PLAN-READ',
  title: 'plan.json is canonical JSON',
  needs: [],
  run(_parts, { pack, report }) {
    if (pack.size(PATH.plan) === undefined) return;
    try {
      pack.plan();
    } catch (error) {
      if (!(error instanceof CeremonyError)) throw error;
      report(PATH.plan, error.message);
    }
  },
});
