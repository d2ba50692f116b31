import { OID } from '../../../der/oid.ts';
import { ofIntermediate } from '../../mozilla-intermediates.ts';
import { defineRule } from '../../rule.ts';
import { isPresent } from '../../rule-checks.ts';

export const intermediateExtendedKeyUsagePresent = defineRule({
  id: 'mozilla/intermediate-extended-key-usage-present',
  title: 'an intermediate has extKeyUsage',
  clause: 'MRSP 3.1 §5.3',
  severity: 'error',
  effective: { from: '2019-01-01' },
  appliesTo: 'certificate',
  when: ofIntermediate,
  check: isPresent(OID.extKeyUsage),
});
