import { sha256 } from '../../src/base/digest.ts';
import { addingAfter } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const FOREIGN = Buffer.from('not from here');

export const vector = defineVector({
  check: 'PACK-PUBLISHED',
  title: 'a file is published, and recorded, that is a copy of nothing',
  faults: {
    recorded: (files) => void files.set('publish/other.crt', FOREIGN),
    events: addingAfter(
      (event) => event.type === 'file' && event.path === 'certificates/root.crt',
      () => ({ type: 'file', step: 'root-certificate', path: 'publish/other.crt', sha256: sha256(FOREIGN), size: FOREIGN.length, medium: null }),
    ),
  },
});
