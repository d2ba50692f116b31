import { defineRule } from '../../rule.ts';
import { serialHolds64Bits } from '../../rule-checks.ts';

export const serialEntropy = defineRule({
  id: 'private/serial-entropy',
  title: 'the serial number has room for 64 bits from a CSPRNG',
  clause: 'docs/checks.md',
  severity: 'error',
  appliesTo: 'certificate',
  check: serialHolds64Bits,
});
