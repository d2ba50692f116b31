import { requesting } from '../forge/requesting.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'REQUEST-COPIES',
  title: 'the published request is not the one that was signed',
  faults: { record: requesting(), recorded: (files) => void files.set('publish/issuing.csr', Buffer.from('none')) },
  shell: true,
});
