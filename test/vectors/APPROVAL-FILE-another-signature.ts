import { withoutApprover } from '../forge/edit.ts';
import { defineVector } from '../forge/vector.ts';

const erin = (files: Map<string, Uint8Array>) => [...files.keys()].find((path) => /^approvals\/\d+-erin\.p7s$/.test(path)) ?? '';
let signAgain: Uint8Array = new Uint8Array();

export const vector = defineVector({
  check: 'APPROVAL-FILE',
  title: 'an approval is not the one that was recorded, though the same person signed it',
  faults: {
    events: withoutApprover('activation', 'erin'),
    files: (files) => void files.set(erin(files), signAgain),
    sign: (path, content, { signWith, tokenOf }) => {
      if (path.startsWith('approvals/') && path.endsWith('-erin.p7s')) signAgain = signWith(tokenOf('erin'), content);
      return undefined;
    },
  },
});
