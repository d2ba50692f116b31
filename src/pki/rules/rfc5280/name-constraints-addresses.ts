import { defineRule } from '../../rule.ts';
import { subtreesOf } from '../../rule-checks.ts';

export const nameConstraintsAddresses = defineRule({
  id: 'rfc5280/name-constraints-addresses',
  title: 'a subtree of addresses is an address and a mask without gaps',
  clause: 'RFC 5280 §4.2.1.10, RFC 4632 §3.1',
  severity: 'error',
  appliesTo: 'certificate',
  when: ({ nameConstraints }) => subtreesOf(nameConstraints).some(({ base }) => base.kind === 'iPAddress'),
  check: ({ nameConstraints }) =>
    subtreesOf(nameConstraints)
      .filter(({ base }) => base.kind === 'iPAddress' && !isRange(base.der.subarray(2)))
      .map(
        ({ base }) =>
          `the subtree ${base.value} is no range of addresses, expected an address and a mask of ones before zeros`,
      ),
});

/** @param octets address and mask, each of 4 or 16 octets */
function isRange(octets: Uint8Array): boolean {
  if (octets.length !== 8 && octets.length !== 32) return false;
  const mask = octets.subarray(octets.length / 2);
  return /^1*0*$/.test([...mask].map((octet) => octet.toString(2).padStart(8, '0')).join(''));
}
