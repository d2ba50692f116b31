import { CeremonyError } from '../../src/base/errors.ts';
import type { Faults } from './faults.ts';
import type { RecordOptions } from './record.ts';

/** A ceremony in which somebody was enrolled, and the change of the roster for that was declined: it was aborted. */
export function unchanged(changing: NonNullable<RecordOptions['changing']>): Pick<Faults, 'record' | 'options'> {
  return {
    record: {
      changing,
      guard: (guard) => ({
        ...guard,
        signNextRoster: async () => {
          throw new CeremonyError('OFFICER_DECLINED', '"alice" declined the change of the roster: not now');
        },
      }),
    },
    options: { outcome: 'aborted' },
  };
}
