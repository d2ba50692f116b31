import { sha256 } from '../../src/base/digest.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { crossing } from '../forge/crossing.ts';
import { changing } from '../forge/edit.ts';
import { PAIR } from '../forge/intake.ts';
import { defineVector } from '../forge/vector.ts';
import { partnerRoot } from '../pki/partner.ts';

/** Of the same CA and key, signed once more: another certificate than the authorization names. */
const OTHER = partnerRoot({ key: PAIR });

export const vector = defineVector({
  check: 'STEP-INPUT',
  title: 'the certificate that was brought is not the one whose digest was authorized',
  faults: {
    record: crossing(),
    recorded: (files) => {
      files.set('inputs/partner-root.crt', OTHER);
      files.set('inputs/partner-root.pem', Buffer.from(pemOf('CERTIFICATE', OTHER)));
      files.set('inputs/partner-root.txt', Buffer.from(`${[...renderDocument(OTHER)].join('\n')}\n`));
    },
    events: changing(
      'observation',
      (event) => event.step === 'read-partner',
      (event) => ({ ...event, facts: { ...event.facts, sha256: sha256(OTHER), size: OTHER.length } }),
    ),
  },
});
