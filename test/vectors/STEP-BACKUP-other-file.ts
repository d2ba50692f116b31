import { sha256 } from '../../src/base/digest.ts';
import { backingUp, stated } from '../forge/backing-up.ts';
import { onEvent } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const LAID_DOWN = { sha256: sha256('nothing that was ever wrapped') };

const onMedia = onEvent(
  'file',
  ({ medium, path }) => medium !== null && path.endsWith('.kwp'),
  (event) => ({ ...event, ...LAID_DOWN }),
);
const inResult = stated('backup', () => LAID_DOWN);

export const vector = defineVector({
  check: 'STEP-BACKUP',
  title: 'what lies on both media, by the record too, is not the file that the wrapped key has signed',
  faults: {
    record: backingUp,
    event: (event) => onMedia(event) ?? inResult(event),
  },
});
