import { withoutApprover } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const erin = (files: Map<string, Uint8Array>) => [...files.keys()].find((path) => /^approvals\/\d+-erin\.p7s$/.test(path)) ?? '';

export const vector = defineVector({
  check: 'APPROVAL-FILE',
  title: 'an approval was taken out of the pack',
  faults: {
    events: withoutApprover('activation', 'erin'),
    files: (files) => void files.delete(erin(files)),
  },
});
