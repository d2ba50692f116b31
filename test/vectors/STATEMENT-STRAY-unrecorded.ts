import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STATEMENT-STRAY',
  title: 'a statement lies in the pack that nobody recorded',
  faults: { files: (files) => void files.set('statements/extra.json', Buffer.from('{}')) },
});
