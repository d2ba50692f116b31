import { partitionedScript } from '../forge/partitioned.ts';
import { defineVector } from '../forge/vector.ts';

export const vector = defineVector({
  check: 'CRL-PARTITION',
  title: 'two CAs name a CRL that is of no partition of which there is one',
  faults: { record: { hierarchy: true, script: partitionedScript } },
  where: 'certificates/tls-ca-1.crt',
});
