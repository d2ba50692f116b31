import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'SIGNATURE-MANIFEST',
  title: "a member's signature over the manifest is another member's",
  faults: { sign: (path, content, { signWith, tokenOf }) => (path === 'signatures/alice.p7s' ? signWith(tokenOf('bob'), content) : undefined) },
  shell: true,
});
