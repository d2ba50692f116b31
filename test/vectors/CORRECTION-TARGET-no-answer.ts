import { corrected } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CORRECTION-TARGET',
  title: 'what was corrected is no answer: what the program saw of the computer',
  faults: {
    events: (events) => {
      const seen = events.find((event) => event.type === 'observation' && event.step === 'environment');
      return corrected('camera', 'lock', { answer: seen?.seq ?? 0, values: { serial: 'B1234' } })(events);
    },
  },
});
