import { sha256 } from '../../src/base/digest.ts';
import { OID } from '../../src/der/oid.ts';
import { printableString, utf8String } from '../../src/der/writer.ts';
import { crossing } from '../forge/crossing.ts';
import { PAIR } from '../forge/intake.ts';
import { defineVector } from '../forge/vector.ts';
import { partnerRoot } from '../pki/partner.ts';
import { nameOf } from '../x509/build.ts';

const NAME = nameOf([OID.organizationName, printableString('Partner Ltd')], [OID.commonName, utf8String('REHEARSAL Root')]);
const REHEARSED = partnerRoot({ key: PAIR, subject: NAME, issuer: NAME });

export const vector = defineVector({
  check: 'MODE-MARKING',
  title: 'production certifies the root that another organisation made in a rehearsal',
  faults: {
    record: { ...crossing(REHEARSED), mode: 'production', references: { 'partner-root-sha256': sha256(REHEARSED) } },
  },
});
