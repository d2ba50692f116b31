import { joined, type Octets, wholeOf } from '../base/octets.ts';
import { TAG } from '../der/tags.ts';
import { bitString, header, raw } from '../der/writer.ts';
import type { Issue } from '../ports.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';

/** Issuing, with the X.509 library loaded only when something is issued. */
export const lazyIssue: Issue = {
  tbsCertificate: async (request, holes) =>
    (await import('../issue/certificate.ts')).buildTbsCertificate(request, holes),
  tbsCertList: async (request) => (await import('../issue/crl.ts')).buildTbsCertList(request),
  requestInfo: async (request, spki) => (await import('../issue/request.ts')).buildRequestInfo(request, spki),
  responseData: async (asked) => (await import('../issue/ocsp-response.ts')).buildResponseData(asked),
  assemble: <Bytes extends Octets>(tbs: Bytes, mechanism: string, signature: Uint8Array) => {
    const after = raw(algorithmIdentifier(mechanism), bitString(signature));
    const parts = [header(TAG.sequence, tbs.length + after.length), tbs, after];
    // Of what is in memory a whole, of all else one part after the other.
    return (tbs instanceof Uint8Array ? wholeOf(joined(parts)) : joined(parts)) as Bytes;
  },
  standIn: async (request, spki) => (await (await import('../issue/stand-in.ts')).standIn(request, spki)).certificate,
};
