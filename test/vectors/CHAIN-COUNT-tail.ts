import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CHAIN-COUNT',
  title: 'half a line follows the last event',
  faults: { files: (files) => void files.set('events.jsonl', Buffer.concat([files.get('events.jsonl') ?? Buffer.alloc(0), Buffer.from('{')])) },
  shell: true,
});
