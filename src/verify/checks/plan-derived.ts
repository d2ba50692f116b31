import { canonicalBytes, type Json } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/digest.ts';
import { CeremonyError } from '../../base/errors.ts';
import { PATH } from '../../pack/layout.ts';
import type { Pack } from '../../pack/pack-reader.ts';
import { defineCheck } from '../check.ts';
import { PartMissing } from '../part-missing.ts';

export const planDerived = defineCheck({
  id: 'PLAN-DERIVED',
  title: 'the plan in the pack is the one that script, site, roster and authorization make',
  needs: ['plan'],
  run({ plan }, { pack, report }) {
    if (!isCanonical(pack)) return;
    const derived = sha256(canonicalBytes(plan as unknown as Json));
    const digest = pack.digest(PATH.plan);
    if (digest !== undefined && digest !== derived)
      report(PATH.plan, `SHA-256 is ${digest}; the plan derived again has ${derived}`);
  },
});

function isCanonical(pack: Pack): boolean {
  if (pack.size(PATH.plan) === undefined) return false;
  try {
    pack.plan();
    return true;
  } catch (error) {
    if (error instanceof CeremonyError) throw new PartMissing('PLAN-READ', PATH.plan, error.message);
    throw error;
  }
}
