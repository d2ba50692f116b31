import { answering } from '../forge/answering.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'OCSP-COPIES',
  title: 'the text beside the response says something else',
  faults: { record: answering(), recorded: (files) => void files.set('ocsp/answers.txt', Buffer.from('none')) },
});
