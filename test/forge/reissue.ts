import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { lazyIssue } from '../../src/adapters/issuing.ts';
import { sha256 } from '../../src/base/digest.ts';
import { wholeOf } from '../../src/base/octets.ts';
import { fingerprintsCsv } from '../../src/pki/fingerprints.ts';
import { pemOf } from '../../src/pki/pem.ts';
import type { CertificateRequest, CrlRequest } from '../../src/pki/request.ts';
import { crlRequest, rootCertificateRequest } from '../../src/plan/issuing.ts';
import { stepById } from '../../src/plan/plan.ts';
import type { Event } from '../../src/transcript/event.ts';
import { parseCertificate, parseTbsCertificate } from '../../src/x509/certificate.ts';
import { parseCrl } from '../../src/x509/crl.ts';
import { subjectKeyIdentifier } from '../../src/x509/extensions.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { chained, redescribed, refacted } from './edit.ts';
import { HSM_KEY, hsmSign } from './guard-double.ts';
import type { Recording } from './record.ts';

export const MECHANISM = 'ecdsa-sha384';

export interface Reissue {
  readonly certificate?: (request: CertificateRequest) => CertificateRequest;
  readonly crl?: (request: CrlRequest) => CrlRequest;
  readonly serial?: Uint8Array;
  readonly spki?: Uint8Array;
  /** Signs instead of the HSM. */
  readonly key?: { readonly certificate?: KeyObject; readonly crl?: KeyObject };
  /** Leaves what was approved as it was: approved and signed then differ. */
  readonly unapproved?: boolean;
}

export interface Reissued {
  readonly files: (files: Map<string, Uint8Array>, recording: Recording) => Promise<void>;
  readonly events: (events: readonly Event[]) => readonly Event[];
}

/** Makes the certificate and the CRL again, otherwise than planned, and lets all that hangs on them follow. */
export function reissued(how: Reissue): Reissued {
  let edit = (events: readonly Event[]): readonly Event[] => events;
  return {
    events: (events) => edit(events),
    files: async (files, recording) => {
      const { plan, events } = recording;
      const proposedOf = (id: string) => {
        const proposed = events.find((event) => event.type === 'proposed' && event.step === id);
        if (proposed?.type !== 'proposed' || proposed.payload === null) throw new Error(`no proposal of ${id}`);
        return { at: proposed.at, payload: proposed.payload };
      };
      const root = proposedOf('root-certificate');
      const before = parseCertificate(files.get('certificates/root.crt') as Uint8Array);
      const planned = rootCertificateRequest(
        plan,
        stepById(plan, 'root-certificate')?.params as never,
        'ecdsa-p384',
        root.at,
      ).request;
      const request = (how.certificate ?? ((one) => one))(planned as CertificateRequest);
      const holes = { spki: how.spki ?? before.spki.der, serial: how.serial ?? before.serial.bytes };
      const tbs = await lazyIssue.tbsCertificate(request, holes);
      const signature = hsmSign(how.key?.certificate ?? HSM_KEY.privateKey, tbs);
      const der = lazyIssue.assemble(tbs, MECHANISM, signature);
      const pem = Buffer.from(pemOf('CERTIFICATE', der));
      put(files, [
        ['certificates/root.crt', der],
        ['certificates/root.pem', pem],
        ['certificates/root.txt', text(der)],
        ['publish/root.crt', der],
        ['publish/root.pem', pem],
        ['publish/root.csv', Buffer.from(fingerprintsCsv('root.crt', parseCertificate(der)))],
        ['publish/root.txt', text(der)],
      ]);
      if (!how.unapproved) files.set(root.payload, tbs);

      const list = proposedOf('first-crl');
      const certificate = parseCertificate(der);
      const issuer = {
        name: certificate.subject.der,
        keyIdentifier: subjectKeyIdentifier(certificate.extensions) ?? new Uint8Array(),
      };
      const wanted = crlRequest(
        plan,
        stepById(plan, 'first-crl')?.params as never,
        issuer,
        'ecdsa-p384',
        list.at,
        undefined,
      ).request;
      const crlTbs = wholeOf(await lazyIssue.tbsCertList((how.crl ?? ((one) => one))(wanted as CrlRequest)));
      const same =
        Buffer.compare(crlTbs, parseCrl(files.get('crls/root.crl') as Uint8Array).tbs) === 0 && !how.key?.crl;
      const edits = [renewed('root-certificate', tbs, signature, how.unapproved ?? false)];
      if (!same) {
        const crlSignature = hsmSign(how.key?.crl ?? HSM_KEY.privateKey, crlTbs);
        const crl = lazyIssue.assemble(crlTbs, MECHANISM, crlSignature);
        put(files, [
          ['crls/root.crl', crl],
          ['crls/root.pem', Buffer.from(pemOf('X509 CRL', crl))],
          ['crls/root.txt', text(crl)],
          ['publish/root.crl', crl],
        ]);
        if (!how.unapproved) files.set(list.payload, crlTbs);
        edits.push(renewed('first-crl', crlTbs, crlSignature, how.unapproved ?? false));
      }
      edit = chained(...edits);
    },
  };
}

export function renewed(step: string, tbs: Uint8Array, signature: Uint8Array, unapproved: boolean) {
  const facts = refacted(step, (copy) => {
    copy['signature'] = Buffer.from(signature).toString('base64');
  });
  if (unapproved) return facts;
  return chained(
    facts,
    redescribed(step, (descriptor) => {
      descriptor['payload'] = { sha256: sha256(tbs), size: tbs.length };
    }),
  );
}

function put(files: Map<string, Uint8Array>, entries: readonly (readonly [string, Uint8Array])[]): void {
  for (const [path, bytes] of entries) files.set(path, bytes);
}

function text(der: Uint8Array): Uint8Array {
  return Buffer.from(`${[...renderDocument(der)].join('\n')}\n`);
}

export function otherKey(): { readonly privateKey: KeyObject; readonly spki: Uint8Array } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }) };
}

/** The same to-be-signed bytes of a certificate, for another key of P-384. */
export function withOtherKey(tbs: Uint8Array, spki: Uint8Array): Uint8Array {
  const own = parseTbsCertificate(tbs).spki.der;
  const changed = Buffer.from(tbs);
  changed.set(spki, changed.indexOf(own));
  return changed;
}
