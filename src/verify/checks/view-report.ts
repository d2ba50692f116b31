import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';
import { reportState } from '../report-state.ts';

export const viewReport = defineCheck({
  id: 'VIEW-REPORT',
  title: 'the report is there, and is what this pack renders to',
  needs: ['opening', 'eventLines'],
  run({ opening, eventLines }, { pack, options, derive, report, note }) {
    if (options.outcome === 'interrupted') return;
    const state = reportState(pack, derive, opening, eventLines);
    if (state.kind === 'missing') report(PATH.report, 'the pack lacks its report');
    else if (state.kind === 'other') report(PATH.report, 'is not what this pack renders to');
    else if (state.kind === 'not compared') note(`${PATH.report} was not compared: ${state.because}`);
  },
});
