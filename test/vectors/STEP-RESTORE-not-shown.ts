import { backedUpAndDestroyed, restoring, stated } from '../forge/backing-up.ts';
import { forge } from '../forge/forge.ts';
import { defineVector } from '../forge/vector.ts';

const { files: follows } = await forge({ record: backedUpAndDestroyed });

export const vector = defineVector({
  check: 'STEP-RESTORE',
  title: 'no signature shows that the restored key is on its HSM',
  faults: {
    record: { ...restoring(follows), follows },
    event: stated('restored', () => ({ signature: Buffer.alloc(70, 1).toString('base64') })),
  },
});
