import { defineCheck } from '../check.ts';

export const packUnrecorded = defineCheck({
  id: 'PACK-UNRECORDED',
  title:
    'every certificate, CRL, request of this CA, published file and file of a change of the roster was recorded when it was written',
  needs: ['events'],
  run({ events }, { pack, options, report, note }) {
    const recorded = new Set(
      events.flatMap((event) => (event.type === 'file' && event.medium === null ? [event.path] : [])),
    );
    for (const path of pack.paths) {
      if (
        !/^(certificates|crls|requests-made|ocsp|publish|roster\/next|roster\/change)\//.test(path) ||
        recorded.has(path)
      )
        continue;
      // A file is written before its event: where the ceremony ended in between, it is there alone.
      if (options.outcome === 'interrupted') note(`"${path}" is not recorded: the ceremony ended before that`);
      else report(path, 'no event records that this file was written');
    }
  },
});
