import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'APPROVAL-STATEMENT',
  title: 'the statement of an exchange lets another person come than the record',
  faults: {
    record: { spare: true },
    events: exchanged('key-read', 'erin', 'frank'),
    files: (files) => {
      for (const [path, bytes] of files) {
        const text = Buffer.from(bytes).toString();
        if (path.startsWith('approvals/') && text.includes('quorate/deviation-approval/1'))
          files.set(path, Buffer.from(text.replace('frank', 'heidi')));
      }
    },
  },
  shell: true,
});
