import { defineRule } from '../../rule.ts';
import { serialHolds64Bits } from '../../rule-checks.ts';

export const serialEntropy = defineRule({
  id: 'cabf-cs/serial-entropy',
  title: 'the serial number has room for 64 bits from a CSPRNG',
  clause: 'CSBR 3.10 §7.1',
  severity: 'error',
  appliesTo: 'certificate',
  check: serialHolds64Bits,
});
