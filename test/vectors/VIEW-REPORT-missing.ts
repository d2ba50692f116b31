import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'VIEW-REPORT',
  title: 'there is no report',
  faults: { sealed: (files) => void files.delete('views/report.pdf') },
});
