import { exchanged } from '../forge/at-table.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SIGNATURE-MISSING',
  title: 'the witness who came for another has not signed the manifest',
  faults: { record: { spare: true }, events: exchanged('key-read', 'gus', 'hana'), sealed: (files) => void files.delete('signatures/hana.p7s') },
  shell: true,
});
