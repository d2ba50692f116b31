import { type Sha256, sha256 } from '../../src/base/digest.ts';
import { encodeTbsCertificate } from '../../src/pki/encode.ts';
import { subjectOf } from '../../src/pki/name.ts';
import { type CertificateRequest, serialNumber } from '../../src/pki/request.ts';
import type { Operation } from '../../src/quorum/operation.ts';
import { issueRoot, keyOf, rootRequest, subordinateRequest } from '../issue/software-ca.ts';
import { profileOf, SCRIPTED } from '../pki/fixtures.ts';

export type SignListOperation = Extract<Operation, { op: 'sign-list' }>;

const ISSUER = await issueRoot(rootRequest('ecdsa-p384'));

/** 16 bytes that differ from item to item: what the HSM would have drawn for it. */
export function drawnFor(index: number): Buffer {
  const drawn = Buffer.alloc(16, 0x5a);
  drawn.writeUInt32BE(index, 12);
  return drawn;
}

/** The to-be-signed bytes of a certificate that the CA with a P-384 key issues. */
export function listedTbs(index: number, change: Partial<CertificateRequest> = {}, drawn = drawnFor(index)): Buffer {
  const subject = subjectOf({ C: 'US', O: 'Example Org', CN: `Device ${index}` });
  const profile = profileOf('device-ca', SCRIPTED['device-ca']);
  const request = subordinateRequest(ISSUER, profile, 'ecdsa-p256', { subject, ...change });
  return Buffer.from(
    encodeTbsCertificate(request, { spki: keyOf('ecdsa-p256').spki, serial: serialNumber(Uint8Array.from(drawn)) }),
  );
}

/** A name whose order is that of the index. */
export function listedOut(index: number): string {
  return `device-${String(index).padStart(4, '0')}.crt`;
}

/** The operation that has these signed, and its payload. */
export function listOf(
  all: readonly Uint8Array[],
  key: Sha256 = sha256(keyOf('ecdsa-p384').spki),
): { readonly operation: SignListOperation; readonly payload: Buffer } {
  const payload = Buffer.concat(all);
  const operation: SignListOperation = {
    op: 'sign-list',
    hsm: { name: 'root-hsm', serial: 'A1', model: 'Example HSM' },
    step: 'devices',
    index: 0,
    hold: null,
    key,
    mechanism: 'ecdsa-sha384',
    kind: 'certificate',
    payload: { sha256: sha256(payload), size: payload.length },
    items: all.map((tbs, index) => ({
      out: listedOut(index),
      payload: { sha256: sha256(tbs), size: tbs.length },
    })),
  };
  return { operation, payload };
}
