import type { JsonObject } from '../../src/base/canonical-json.ts';
import { PATH } from '../../src/pack/layout.ts';
import { objectBytes } from '../forge/replay.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STEP-ROSTER',
  title: 'the first roster lets fewer people destroy a key than the script says',
  faults: {
    record: { founding: true },
    recorded: (files) => {
      const roster = JSON.parse(Buffer.from(files.get(PATH.roster) ?? '').toString()) as JsonObject;
      const classes = roster['classes'] as JsonObject;
      const destroy = { ...(classes['destroy'] as JsonObject), need: 2 };
      files.set(PATH.roster, objectBytes({ ...roster, classes: { ...classes, destroy } }));
    },
  },
});
