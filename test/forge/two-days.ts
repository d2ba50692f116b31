import { readFileSync } from 'node:fs';

/** Ends the first day behind the act that makes the HSM ready: everything goes into bags, and comes out of them again. */
const NIGHT = `  - title: Evening
    steps:
      - { id: hsm-night, step: seal, by: safe-controller, check: witness, with: { item: hsm, keep: safe-1 } }
      - { id: cards-night, step: seal, each: crypto-officer, check: witness, with: { item: cards, keep: safe-2 } }
      - { id: envelopes-night, step: seal, by: safe-controller, check: witness, with: { item: envelopes, keep: [safe-1, safe-2] } }
      - { id: evidence-night, step: seal, by: safe-controller, check: witness, with: { item: evidence, keep: [safe-1, safe-2] } }
      - { id: publish-night, step: seal, by: safe-controller, check: witness, with: { item: publish, keep: safe-1 } }
      - { id: night-leave, step: sign-out, each: all, check: witness, say: "Sign the log." }
      - { id: night, step: adjourn, by: administrator, check: witness, say: "Every bag is in its safe.", with: { at-most: PT20H, return: head-words } }
  - title: Morning
    steps:
      - { id: morning-arrive, step: sign-in, each: all, say: "Show an identity document. Sign the log." }
      - { id: hsm-morning, step: unseal, by: safe-controller, check: witness, with: { item: hsm } }
      - { id: cards-morning, step: unseal, each: crypto-officer, check: witness, with: { item: cards } }
      - { id: envelopes-morning, step: unseal, by: safe-controller, check: witness, with: { item: envelopes } }
      - { id: evidence-morning, step: unseal, by: safe-controller, check: witness, with: { item: evidence } }
      - { id: publish-morning, step: unseal, by: safe-controller, check: witness, with: { item: publish } }
`;

/** The shipped script of a vault, held on two days. */
export function twoDays(): string {
  const script = readFileSync(new URL('../../ceremonies/root-generation-vault.yaml', import.meta.url), 'utf8');
  return script.replace('  - title: Root key\n', `${NIGHT}  - title: Root key\n`);
}
