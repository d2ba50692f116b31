import { bitString, raw, sequence } from '../der/writer.ts';
import type { Issue } from '../ports.ts';
import { algorithmIdentifier } from '../quorum/mechanism.ts';

/** Issuing, with the X.509 library loaded only when something is issued. */
export const lazyIssue: Issue = {
  tbsCertificate: async (request, holes) =>
    (await import('../issue/certificate.ts')).buildTbsCertificate(request, holes),
  tbsCertList: async (request) => (await import('../issue/crl.ts')).buildTbsCertList(request),
  requestInfo: async (request, spki) => (await import('../issue/request.ts')).buildRequestInfo(request, spki),
  responseData: async (asked) => (await import('../issue/ocsp-response.ts')).buildResponseData(asked),
  assemble: (tbs, mechanism, signature) => sequence(raw(tbs), algorithmIdentifier(mechanism), bitString(signature)),
  standIn: async (request, spki) => (await (await import('../issue/stand-in.ts')).standIn(request, spki)).certificate,
};
