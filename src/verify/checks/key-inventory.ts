import { canonicalBytes } from '../../base/canonical-json.ts';
import { sha256 } from '../../base/digest.ts';
import { operationsOf } from '../make-parts.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const keyInventory = defineCheck({
  id: 'KEY-INVENTORY',
  title: 'the digest of every inventory is that of the objects it lists',
  needs: ['done'],
  run({ done }, { report }) {
    for (const { result } of operationsOf(done, 'inventory')) {
      const { objects, digest } = result.facts;
      if (!Array.isArray(objects)) report(at(result), 'the inventory lists no objects');
      else if (digest !== sha256(canonicalBytes(objects))) report(at(result), `"digest" is not that of the ${objects.length} objects`);
    }
  },
});
