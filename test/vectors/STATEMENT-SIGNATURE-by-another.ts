import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'STATEMENT-SIGNATURE',
  title: "a witness's attestation is signed by an officer",
  faults: { sign: (path, content, { signWith, tokenOf }) => (path === 'statements/witnessed.gus.p7s' ? signWith(tokenOf('alice'), content) : undefined) },
  shell: true,
});
