import { CeremonyError } from '../base/errors.ts';

/** Labels of RFC 7468 §5.1 and §6.1. "CRL" is not one: OpenSSL cannot read it. */
export type PemLabel = 'CERTIFICATE' | 'X509 CRL';

/** RFC 7468: base64 in lines of 64 characters, LF line ends, a line feed at the end. */
export function pemOf(label: PemLabel, der: Uint8Array): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * The DER that a PEM file holds: one block, lines of any length, and nothing around it but blank lines.
 * @throws CeremonyError DER_INVALID for another label, several blocks, or what is not base64
 */
export function derOfPem(pem: Uint8Array): Buffer {
  const text = Buffer.from(pem).toString('latin1');
  const block = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\s([A-Za-z0-9+/=\s]+)-----END \1-----\s*$/.exec(text);
  const [, label, body = ''] = block ?? [];
  if (label === undefined)
    throw new CeremonyError('DER_INVALID', 'PEM that is not exactly one block of base64 between its two lines');
  if (label !== ('CERTIFICATE' satisfies PemLabel) && label !== ('X509 CRL' satisfies PemLabel))
    throw new CeremonyError('DER_INVALID', `PEM of label "${label}", expected CERTIFICATE or X509 CRL`);
  const base64 = body.replaceAll(/\s/g, '');
  const der = Buffer.from(base64, 'base64');
  if (der.toString('base64') !== base64) throw new CeremonyError('DER_INVALID', 'PEM whose content is not base64');
  return der;
}
