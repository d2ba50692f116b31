import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { fingerprintsCsv } from '../../src/pki/fingerprints.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { subjectOf } from '../../src/pki/name.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { Event } from '../../src/transcript/event.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { listedTbs } from '../quorum/listed.ts';
import { chained, changing, redescribed, refacted } from './edit.ts';
import type { Faults } from './faults.ts';
import { HSM_KEY, hsmSign } from './guard-double.ts';
import { MECHANISM } from './reissue.ts';

const STEP = 'root-certificate';

/**
 * The root certificate and a certificate below it, `second.crt`, signed as one list where the script has a signature of its
 * own: whatever judges a list by itself finds nothing, whatever holds it to the script does.
 */
export function signedAsList(name = 'Device 0'): Faults {
  let edit = (events: readonly Event[]): readonly Event[] => events;
  return {
    events: (events) => edit(events),
    recorded: (files, { events }) => {
      const proposed = events.find((event) => event.type === 'proposed' && event.step === STEP);
      if (proposed?.type !== 'proposed' || proposed.payload === null) throw new Error(`no proposal of ${STEP}`);
      const root = parseCertificate(files.get('certificates/root.crt') as Uint8Array);
      const tbs = listedTbs(0, {
        subject: subjectOf({ C: 'US', O: 'Example Org', CN: name }),
        issuer: issuerIdentity(root),
        notBefore: root.notBefore.at,
        notAfter: '2030-03-10T08:59:59Z',
      });
      const signature = hsmSign(HSM_KEY.privateKey, tbs);
      const der = lazyIssue.assemble(tbs, MECHANISM, signature);
      const pem = Buffer.from(pemOf('CERTIFICATE', der));
      const text = Buffer.from(`${[...renderDocument(der)].join('\n')}\n`);
      const above = Buffer.from(pemOf('CERTIFICATE', root.der));
      for (const [path, bytes] of [
        ['certificates/second.crt', der],
        ['certificates/second.pem', pem],
        ['certificates/second.txt', text],
        ['publish/second.crt', der],
        ['publish/second.pem', pem],
        ['publish/second.csv', Buffer.from(fingerprintsCsv('second.crt', parseCertificate(der)))],
        ['publish/second.txt', text],
        ['publish/second-chain.pem', pem],
        ['publish/second-full-chain.pem', Buffer.concat([pem, above])],
      ] as const)
        files.set(path, bytes);
      const payload = Buffer.concat([root.tbs, tbs]);
      files.set(proposed.payload, payload);
      const named = (bytes: Uint8Array) => ({ sha256: sha256(bytes), size: bytes.length });
      edit = chained(
        changing(
          'proposed',
          ({ step }) => step === STEP,
          (event) => ({ ...event, operation: 'sign-list' }),
        ),
        redescribed(STEP, (descriptor) => {
          delete descriptor['out'];
          descriptor['op'] = 'sign-list';
          descriptor['payload'] = named(payload);
          descriptor['items'] = [
            { out: 'root.crt', payload: named(root.tbs) },
            { out: 'second.crt', payload: named(tbs) },
          ];
        }),
        refacted(STEP, (facts) => {
          facts['signatures'] = [String(facts['signature']), Buffer.from(signature).toString('base64')];
          delete facts['signature'];
        }),
      );
    },
  };
}
