import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const viewReport = defineCheck({
  id: 'VIEW-REPORT',
  title: 'the report is there, and is what this pack renders to',
  needs: ['opening'],
  run({ opening }, { pack, options, derive, report, note }) {
    if (options.outcome === 'interrupted') return;
    const bytes = pack.file(PATH.report);
    if (!bytes) report(PATH.report, 'the pack lacks its report');
    else if (!derive.report) note('the report was not rendered again');
    else if (derive.report.version !== opening.versions.report) {
      note(
        `the report was not rendered again: it is of version ${opening.versions.report}, and this program renders ${derive.report.version}`,
      );
    } else if (Buffer.compare(bytes, derive.report.bytes) !== 0)
      report(PATH.report, 'is not what this pack renders to');
  },
});
