import { type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { readManifest } from '../pack/manifest.ts';
import { derOfPem } from '../pki/pem.ts';
import { readAddendum } from '../quorum/addendum.ts';
import { addendumScreen } from '../quorum/addendum-screen.ts';
import { descriptorScreen } from '../quorum/approval-screen.ts';
import { readAuthorization } from '../quorum/authorization.ts';
import { authorizationScreen } from '../quorum/authorization-screen.ts';
import { readDeviationStatement } from '../quorum/deviation.ts';
import { type Descriptor, readDescriptor } from '../quorum/operation.ts';
import { readApproval, readAttestation, readPresence } from '../quorum/statement.ts';
import {
  approvalStatementScreen,
  attestationScreen,
  deviationScreen,
  digestLines,
  manifestScreen,
  presenceScreen,
} from '../quorum/statement-screen.ts';
import { parseCertificationRequest } from '../x509/certification-request.ts';
import { kindOf, renderDocument } from '../x509/render.ts';

/** The to-be-signed bytes that lie beside a descriptor, or undefined. */
export type Beside = () => Uint8Array | undefined;

/** Documents of ours that people sign or approve, by `type`. Each reader refuses what is not exactly that document. */
const DOCUMENTS: Readonly<Record<string, (bytes: Uint8Array, beside: Beside) => string[]>> = {
  'quorate/operation/1': (bytes, beside) => {
    const descriptor = readDescriptor(bytes);
    return descriptorScreen(descriptor, payloadOf(descriptor, beside));
  },
  'quorate/approval/1': (bytes) => [
    ...approvalStatementScreen(readApproval(bytes)),
    'What is done: quorate show PACK --proposal SEQ',
  ],
  'quorate/deviation-approval/1': (bytes) => deviationScreen(readDeviationStatement(bytes)),
  'quorate/presence/1': (bytes) => {
    const { seat, authorization } = readPresence(bytes);
    return presenceScreen(seat, authorization);
  },
  'quorate/attestation/1': (bytes) => attestationScreen(readAttestation(bytes)),
  'quorate/authorization/1': (bytes) => authorizationScreen(readAuthorization(bytes)),
  'quorate/addendum/1': (bytes) => addendumScreen(readAddendum(bytes), sha256(bytes)),
  'quorate/manifest/1': (bytes) => {
    const manifest = readManifest(bytes);
    return manifestScreen({ ...manifest, files: manifest.files.length, digest: sha256(bytes) });
  },
};

/** The kinds, for whoever named something else. */
const KINDS = `the to-be-signed bytes of a certificate or CRL, a certificate, CRL or certificate request (DER or PEM), or JSON of type ${Object.keys(DOCUMENTS).join(', ')}`;

/**
 * A file that people are asked to approve, in lines: what the guard shows of it, then its SHA-256.
 * @param name for messages
 * @param beside with them a descriptor is shown in the very rows that the guard draws
 * @throws CeremonyError FILE_UNKNOWN, PAYLOAD_DIGEST, and what its reader throws
 */
export function* showFile(bytes: Uint8Array, name: string, beside: Beside): Generator<string> {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).trimStart();
  if (start.startsWith('{')) {
    yield* showDocument(bytes, name, beside);
    yield* digestOf('SHA-256 of the file', bytes);
  } else if (start.startsWith('-----BEGIN ')) {
    const der = derOfPem(bytes);
    yield* renderDocument(der);
    yield* keyOf(der);
    yield* digestOf('SHA-256 of what the file holds, as DER', der);
  } else if (bytes[0] === 0x30) {
    yield* renderDocument(bytes);
    yield* keyOf(bytes);
    yield* digestOf('SHA-256 of the file', bytes);
  } else {
    throw new CeremonyError('FILE_UNKNOWN', `"${name}" is of no kind that is shown`, { hint: `it shows ${KINDS}` });
  }
}

/** Of a request: what its requester brings on paper is the digest of the key, not that of the file. */
function* keyOf(der: Uint8Array): Generator<string> {
  if (kindOf(der) === 'request')
    yield* digestOf('SHA-256 of the key, as it is compared in the ceremony', parseCertificationRequest(der).spki.der);
}

/** @throws CeremonyError PAYLOAD_DIGEST for bytes that are not those of the descriptor */
function payloadOf({ operation }: Descriptor, beside: Beside): Uint8Array | null {
  if (operation.op !== 'sign' && operation.op !== 'sign-list') return null;
  const payload = beside();
  if (payload === undefined) return null;
  const { sha256: named, size } = operation.payload;
  if (sha256(payload) === named && payload.length === size) return payload;
  throw new CeremonyError(
    'PAYLOAD_DIGEST',
    `the file with ".tbs" beside it has SHA-256 ${sha256(payload)} and ${payload.length} bytes; the description says ${named} and ${size}`,
    { hint: 'approve nothing: what lies there is not what is described' },
  );
}

function showDocument(bytes: Uint8Array, name: string, beside: Beside): string[] {
  const { type } = parseCanonicalObject(bytes, name) as JsonObject;
  const show = typeof type === 'string' && Object.hasOwn(DOCUMENTS, type) ? DOCUMENTS[type] : undefined;
  if (!show) {
    const given = type === undefined ? 'no "type"' : `the type ${escapeForeign(JSON.stringify(type).slice(0, 80))}`;
    throw new CeremonyError('FILE_UNKNOWN', `"${name}" is JSON with ${given}, which is not shown`, {
      hint: `it shows ${KINDS}`,
    });
  }
  return show(bytes, beside);
}

function digestOf(label: string, bytes: Uint8Array): string[] {
  return ['', label, ...digestLines(sha256(bytes))];
}
