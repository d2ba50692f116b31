import { statementSignaturePath } from '../../pack/layout.ts';
import { stepFrames } from '../../plan/step-frames.ts';
import { defineCheck } from '../check.ts';

export const statementStray = defineCheck({
  id: 'STATEMENT-STRAY',
  title:
    'every file among the statements belongs to one recorded statement, or to a run of its step that was cut short',
  needs: ['events'],
  run({ events }, { pack, options, report, note }) {
    const recorded = new Set<string>();
    for (const event of events) {
      if (event.type !== 'statement' || event.statement === null) continue;
      if (recorded.has(event.statement)) report(event.statement, 'two events record this one statement');
      recorded.add(event.statement).add(statementSignaturePath(event.statement));
    }
    const cutShort = stepFrames(events).filter(({ events: own }) => own.at(-1)?.type === 'resume');
    for (const event of cutShort.flatMap((frame) => frame.events)) {
      if (event.type === 'file' && event.medium === null) recorded.add(event.path);
    }
    for (const path of pack.paths) {
      if (!path.startsWith('statements/') || recorded.has(path)) continue;
      if (options.outcome === 'interrupted') note(`"${path}" is not recorded: the ceremony ended before that`);
      else report(path, 'no event records this statement');
    }
  },
});
