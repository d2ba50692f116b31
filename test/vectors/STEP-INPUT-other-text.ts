import { intake } from '../forge/intake.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-INPUT',
  title: 'the text of a request in the pack is not what the request says',
  faults: {
    record: intake(),
    recorded: (files) => void files.set('requests/request.txt', Buffer.from('Certificate request\n')),
  },
});
