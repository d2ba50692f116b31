import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'PACK-LINK',
  title: 'a link lies among the files',
  faults: { source: [{ kind: 'link', path: 'shortcut', message: 'it is a link; a pack holds files' }] },
});
