import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'ROSTER-PEM',
  title: "the PEM of one member holds another member's certificate",
  faults: { files: (files) => void files.set('roster/alice.pem', files.get('roster/bob.pem') ?? Buffer.alloc(0)) },
  shell: true,
});
