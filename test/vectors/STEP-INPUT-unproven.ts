import { sha256 } from '../../src/base/digest.ts';
import { pemOf } from '../../src/pki/pem.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { changing } from '../forge/edit.ts';
import { intake, PAIR } from '../forge/intake.ts';
import { defineVector } from '../forge/vector.ts';
import { ecPair, requestOf } from '../pki/requests.ts';

/** The same request, signed by somebody who does not have its key. */
const UNPROVEN = requestOf({ key: PAIR, signer: ecPair('P-384'), signedWith: 'ecdsa-with-SHA384' });

export const vector = defineVector({
  check: 'STEP-INPUT',
  title: 'the requester never proved to have the private key',
  faults: {
    record: intake(),
    recorded: (files) => {
      files.set('requests/request.csr', UNPROVEN);
      files.set('requests/request.pem', Buffer.from(pemOf('CERTIFICATE REQUEST', UNPROVEN)));
      files.set('requests/request.txt', Buffer.from(`${[...renderDocument(UNPROVEN)].join('\n')}\n`));
    },
    events: changing(
      'observation',
      (event) => event.step === 'read-request',
      (event) => ({ ...event, facts: { ...event.facts, sha256: sha256(UNPROVEN), size: UNPROVEN.length } }),
    ),
  },
  shell: true,
});
