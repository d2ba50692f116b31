import { OID } from '../../../der/oid.ts';
import { defineRule } from '../../rule.ts';
import { ofRoot } from '../../rule-scope.ts';

export const rootCommonNamePresent = defineRule({
  id: 'microsoft/root-common-name-present',
  title: 'the subject of a root has commonName',
  clause: 'Microsoft Trusted Root Program 1.2 §3.1.3',
  severity: 'error',
  appliesTo: 'certificate',
  when: ofRoot,
  check: ({ certificate: { subject } }) =>
    subject.attributes.some(({ oid }) => oid === OID.commonName) ? [] : ['the subject has no commonName'],
});
