import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CERTIFICATE-COPIES',
  title: 'the published fingerprint is that of another certificate',
  faults: {
    recorded: (files) => {
      const csv = String(files.get('publish/root.csv'));
      files.set('publish/root.csv', Buffer.from(csv.replace(/"[0-9A-F]{64}"/, `"${'0'.repeat(64)}"`)));
    },
  },
  shell: true,
});
