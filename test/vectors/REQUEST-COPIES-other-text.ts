import { requesting } from '../forge/requesting.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'REQUEST-COPIES',
  title: 'the text beside the request says something else',
  faults: { record: requesting(), recorded: (files) => void files.set('requests-made/issuing.txt', Buffer.from('none')) },
});
