import { backedUpAndDestroyed, restoring } from '../forge/backing-up.ts';
import { dropping } from '../forge/edit.ts';
import { forge } from '../forge/forge.ts';
import { defineVector } from '../forge/vector.ts';

const { files: follows } = await forge({ record: backedUpAndDestroyed });

export const vector = defineVector({
  check: 'STEP-RESTORE',
  title: 'nobody has read the wrapped key from a medium before it was proposed',
  faults: {
    record: { ...restoring(follows), follows },
    events: dropping((event) => event.type === 'observation' && event.subject === 'wrapped-key'),
  },
});
