import { defineCheck } from '../check.ts';
import { operationsOf, signedPath } from '../products.ts';
import { at } from '../where.ts';

export const crlMissing = defineCheck({
  id: 'CRL-MISSING',
  title: 'there is a CRL for every one that was signed, and no other',
  needs: ['done'],
  run({ done }, { pack, options, report, note }) {
    const made = operationsOf(done, 'sign').filter(({ operation }) => operation.kind === 'crl');
    for (const one of made) {
      const path = signedPath(one);
      if (pack.size(path) !== undefined) continue;
      if (options.outcome === 'interrupted') note(`there is no ${path}: the ceremony ended before it was written`);
      else report(at(one.result), `a CRL was signed, and the pack has no "${path}"`);
    }
    const paths = new Set(made.map(signedPath));
    for (const path of pack.paths) {
      if (/^crls\/.*\.crl$/.test(path) && !paths.has(path)) report(path, 'no operation signed this CRL');
    }
  },
});
