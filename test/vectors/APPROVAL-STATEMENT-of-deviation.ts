import { deviated } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-STATEMENT',
  title: 'the statement of a deviation gives another reason than the record',
  faults: {
    events: deviated('film', { why: 'It was not delivered' }),
    files: (files) => {
      for (const [path, bytes] of files) {
        const text = Buffer.from(bytes).toString();
        if (path.startsWith('approvals/') && text.includes('quorate/deviation-approval/1'))
          files.set(path, Buffer.from(text.replace('not delivered', 'delivered late')));
      }
    },
  },
  shell: true,
});
