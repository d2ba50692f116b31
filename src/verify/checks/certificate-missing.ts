import { defineCheck } from '../check.ts';
import { operationsOf, signedPath } from '../products.ts';
import { at } from '../where.ts';

export const certificateMissing = defineCheck({
  id: 'CERTIFICATE-MISSING',
  title: 'there is a certificate for every one that was signed, and no other',
  needs: ['done'],
  run({ done }, { pack, options, report, note }) {
    const made = operationsOf(done, 'sign').filter(({ operation }) => operation.kind === 'certificate');
    for (const one of made) {
      const path = signedPath(one);
      if (pack.size(path) !== undefined) continue;
      if (options.outcome === 'interrupted') note(`there is no ${path}: the ceremony ended before it was written`);
      else report(at(one.result), `a certificate was signed, and the pack has no "${path}"`);
    }
    const paths = new Set(made.map(signedPath));
    for (const path of pack.paths) {
      if (/^certificates\/.*\.crt$/.test(path) && !paths.has(path))
        report(path, 'no operation signed this certificate');
    }
  },
});
