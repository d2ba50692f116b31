import { hash } from 'node:crypto';
import {
  AsnConvert,
  AsnIntegerArrayBufferConverter,
  AsnProp,
  AsnPropTypes,
  AsnType,
  AsnTypeTypes,
  OctetString,
} from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, CRLReasons } from '@peculiar/asn1-x509';
import { CeremonyError } from '../base/errors.ts';
import { OID } from '../der/oid.ts';
import { sameBytes } from '../der/reader.ts';
import { hexOf } from '../der/values.ts';
import { answersProblems, type CertificateAnswer, encodeResponseData, type OcspAnswers } from '../pki/ocsp-response.ts';
import { parseSpki } from '../x509/public-key.ts';

/**
 * The ResponseData of an OCSP response (RFC 6960 §4.2.1), written by the ASN.1 library from a schema of its own, and held
 * against this program's own encoding.
 * @throws CeremonyError PROFILE_INVALID for answers that cannot be given
 */
export function buildResponseData(asked: OcspAnswers): Uint8Array {
  const problems = answersProblems(asked);
  if (problems.length > 0) {
    const message = `the OCSP response cannot be made: ${problems.join('; ')}`;
    throw new CeremonyError('PROFILE_INVALID', message, { details: { problems } });
  }
  const data = new Uint8Array(AsnConvert.serialize(responseData(asked)));
  const expected = encodeResponseData(asked);
  if (!sameBytes(data, expected))
    throw new Error(`the two encoders disagree: the library made ${hexOf(data)}, expected ${hexOf(expected)}`);
  return data;
}

function responseData({ issuer, responder, producedAt, thisUpdate, nextUpdate, answers }: OcspAnswers): object {
  return new ResponseData({
    responderID: new OctetString(keyHash(responder)),
    producedAt: new Date(producedAt),
    responses: answers.map(
      ({ serial, revoked }) =>
        new SingleResponse({
          certID: new CertID({
            hashAlgorithm: new AlgorithmIdentifier({ algorithm: OID.sha1, parameters: null }),
            issuerNameHash: new OctetString(sha1(issuer.name)),
            issuerKeyHash: new OctetString(keyHash(issuer.spki)),
            serialNumber: Uint8Array.from(serial).buffer,
          }),
          certStatus: certStatus(revoked),
          thisUpdate: new Date(thisUpdate),
          nextUpdate: new Date(nextUpdate),
        }),
    ),
  });
}

function certStatus(revoked: CertificateAnswer['revoked']): object {
  if (!revoked) return new CertStatus({ good: null });
  const reason = revoked.reason === undefined ? {} : { revocationReason: CRLReasons[revoked.reason] };
  return new CertStatus({ revoked: new RevokedInfo({ revocationTime: new Date(revoked.at), ...reason }) });
}

function keyHash(spki: Uint8Array): Uint8Array {
  return sha1(parseSpki(spki).key);
}

function sha1(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(hash('sha1', bytes, 'buffer'));
}

type Member = Parameters<typeof AsnProp>[0];
type SchemaClass = new (values?: object) => object;

/** What decorators would write: this program's types are erased, and decorators are not. */
function schema(type: AsnTypeTypes, members: Readonly<Record<string, Member>>): SchemaClass {
  class Written {
    constructor(values: object = {}) {
      Object.assign(this, values);
    }
  }
  AsnType({ type })(Written);
  for (const [name, member] of Object.entries(members)) AsnProp(member)(Written.prototype, name);
  return Written;
}

const RevokedInfo = schema(AsnTypeTypes.Sequence, {
  revocationTime: { type: AsnPropTypes.GeneralizedTime },
  revocationReason: { type: AsnPropTypes.Enumerated, context: 0, optional: true },
});

const CertStatus = schema(AsnTypeTypes.Choice, {
  good: { type: AsnPropTypes.Null, context: 0, implicit: true },
  revoked: { type: RevokedInfo, context: 1, implicit: true },
});

const CertID = schema(AsnTypeTypes.Sequence, {
  hashAlgorithm: { type: AlgorithmIdentifier },
  issuerNameHash: { type: OctetString },
  issuerKeyHash: { type: OctetString },
  serialNumber: { type: AsnPropTypes.Integer, converter: AsnIntegerArrayBufferConverter },
});

const SingleResponse = schema(AsnTypeTypes.Sequence, {
  certID: { type: CertID },
  certStatus: { type: CertStatus },
  thisUpdate: { type: AsnPropTypes.GeneralizedTime },
  nextUpdate: { type: AsnPropTypes.GeneralizedTime, context: 0, optional: true },
});

const ResponseData = schema(AsnTypeTypes.Sequence, {
  responderID: { type: OctetString, context: 2 },
  producedAt: { type: AsnPropTypes.GeneralizedTime },
  responses: { type: SingleResponse, repeated: 'sequence' },
});
