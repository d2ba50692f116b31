import { backedUpAndDestroyed, restoring, stated } from '../forge/backing-up.ts';
import { forge } from '../forge/forge.ts';
import { defineVector } from '../forge/vector.ts';

const { files: follows } = await forge({ record: backedUpAndDestroyed });

export const vector = defineVector({
  check: 'STEP-RESTORE',
  title: 'the restored key may leave its HSM again',
  faults: {
    record: { ...restoring(follows), follows },
    event: stated('restored', ({ private: half }) => ({ private: { ...half, EXTRACTABLE: true } })),
  },
});
