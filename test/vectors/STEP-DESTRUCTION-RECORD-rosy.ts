import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { accounting } from '../forge/destroying.ts';
import { changing } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const PATH = 'destruction/accounted.json';
const ROSY = canonicalBytes({ type: 'quorate/destruction-record/1', complete: true, copies: [] });

export const vector = defineVector({
  check: 'STEP-DESTRUCTION-RECORD',
  title: 'a destruction record is complete since it names no copy',
  faults: {
    record: accounting,
    events: changing(
      'file',
      (event) => event.path === PATH,
      (event) => ({ ...event, sha256: sha256(ROSY), size: ROSY.length }),
    ),
    files: (files) => void files.set(PATH, ROSY),
  },
});
