/** Labels of RFC 7468 §5.1 and §6.1. "CRL" is not one: OpenSSL cannot read it. */
export type PemLabel = 'CERTIFICATE' | 'X509 CRL';

/** RFC 7468: base64 in lines of 64 characters, LF line ends, a line feed at the end. */
export function pemOf(label: PemLabel, der: Uint8Array): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.byteLength).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
