import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofSubordinate } from '../../rule-scope.ts';

const PURPOSES: readonly string[] = [OID.codeSigning, OID.timeStamping];

export const subordinatePurposes = defineRule({
  id: 'cabf-cs/subordinate-purposes',
  title: 'a subordinate CA has the purpose codeSigning or timeStamping, and not both',
  clause: 'CSBR 3.10 §7.1.2.2',
  severity: 'error',
  conflicts: ['cabf-smime/subordinate-purposes-absent'],
  appliesTo: 'certificate',
  when: ofSubordinate,
  check: ({ extKeyUsage = [] }) => {
    const found = extKeyUsage.filter((oid) => PURPOSES.includes(oid)).length;
    return found === 1 ? [] : [`extKeyUsage has ${found} of codeSigning and timeStamping, expected one`];
  },
});
