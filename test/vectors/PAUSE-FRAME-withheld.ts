import { corrected, paused } from '../forge/at-table.ts';
import { chained, moving } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PAUSE-FRAME',
  title: 'something happened while the ceremony paused, and is withheld',
  faults: {
    events: chained(
      corrected('camera', 'lock', { values: { serial: 'B1234' } }),
      paused('lock'),
      moving(
        (event) => event.type === 'correction',
        (event) => event.type === 'pause' && event.phase === 'begin',
      ),
    ),
    withhold: (event) => event.type === 'correction',
    options: { withheld: 'allowed' },
  },
});
