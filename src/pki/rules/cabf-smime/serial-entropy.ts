import { defineRule } from '../../rule.ts';
import { serialHolds64Bits } from '../../rule-checks.ts';

export const serialEntropy = defineRule({
  id: 'cabf-smime/serial-entropy',
  title: 'the serial number has room for 64 bits from a CSPRNG, and is below 2^159',
  clause: 'S/MIME BR 1.0.10 §7.1',
  severity: 'error',
  effective: { from: '2023-09-01' },
  appliesTo: 'certificate',
  check: (subject) => {
    const { bytes } = subject.certificate.serial;
    const isBelow = bytes.length < 20 || (bytes.length === 20 && bytes[0]! < 0x80);
    return [...serialHolds64Bits(subject), ...(isBelow ? [] : ['the serial number is not below 2^159'])];
  },
});
