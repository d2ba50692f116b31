import { PATH, REQUIRED_PATHS, SEALED_PATHS } from '../../pack/layout.ts';
import { isWithoutRoster } from '../../pack/pack-reader.ts';
import { defineCheck } from '../check.ts';

export const packMissing = defineCheck({
  id: 'PACK-MISSING',
  title: 'the files that every pack has are there',
  needs: [],
  run(_parts, { pack, options, report }) {
    const expected = options.outcome === 'interrupted' ? REQUIRED_PATHS : [...REQUIRED_PATHS, ...SEALED_PATHS];
    for (const path of expected) {
      // One that was aborted before it made its roster has none; one that is complete is held to it by its step.
      if (path === PATH.roster && isWithoutRoster(pack)) continue;
      if (pack.size(path) === undefined) report(path, 'the pack lacks this file');
    }
  },
});
