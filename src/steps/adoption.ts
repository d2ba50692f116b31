import type { JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { adoptedScope } from '../pki/adopted-scope.ts';
import type { KeyAlgorithmName } from '../pki/algorithms.ts';
import { isSelfIssued } from '../pki/certificate-intake.ts';
import { takeCrl } from '../pki/crl-intake.ts';
import { crlAfter } from '../pki/crl-succession.ts';
import { revokedUnseen, takeIssuedList, type Unseen } from '../pki/issued-list.ts';
import { keyAlgorithmOf } from '../pki/request-intake.ts';
import { inputPath } from '../plan/inputs.ts';
import type { Event } from '../transcript/event.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { listedPath } from './input-taken.ts';

/*
 * What a ceremony adopts, from what came in: judged once more, now as the beginning of a ledger.
 */

/** Names of the inputs. */
export interface AdoptedInputs {
  readonly certificate: string;
  readonly crl: string;
  /** Undefined where the CA has issued nothing, as people say. */
  readonly issued?: string;
  /** A CRL with an issuing distribution point lists all that the CA has revoked, as people say. */
  readonly 'crl-lists'?: 'all';
}

export interface Adoption {
  /** DER of the CA's certificate. */
  readonly certificate: Uint8Array;
  readonly spkiSha256: string;
  readonly algorithm: KeyAlgorithmName;
  /** As the record has it. */
  readonly facts: JsonObject;
  /** Of the CRL. */
  readonly number: bigint;
  readonly unseen: Unseen;
  /** Of what the CRL says that it is; undefined where it is complete by its own word. */
  readonly crlOf?: string;
}

/** Paths in the pack of what is adopted, as it was read: without them nothing can be. @throws CeremonyError HSM_OBJECT_MISSING */
export function adoptedPaths(inputs: AdoptedInputs, events: readonly Event[]) {
  const pathOf = (name: string): string => {
    const path = inputPath(events, name);
    if (path !== undefined) return path;
    throw new CeremonyError('HSM_OBJECT_MISSING', `the input "${name}" has not been read`);
  };
  return {
    certificate: pathOf(inputs.certificate),
    crl: pathOf(inputs.crl),
    ...(inputs.issued === undefined ? {} : { issued: pathOf(inputs.issued) }),
  };
}

/**
 * @param file bytes of the files at `adoptedPaths`
 * @throws CeremonyError CERTIFICATE_UNFIT for one that is no root; CRL_UNFIT, also for one of a part of what the CA issues; PROFILE_INVALID for a CRL after which none could
 * be issued; FILE_MISSING, DER_INVALID
 */
export function adoptionOf(
  inputs: AdoptedInputs,
  events: readonly Event[],
  file: (path: string) => Uint8Array | undefined,
): Adoption {
  const paths = adoptedPaths(inputs, events);
  const bytesAt = (path: string): Uint8Array => {
    const bytes = file(path);
    if (bytes) return bytes;
    throw new CeremonyError('FILE_MISSING', `"${path}" is not in the pack`);
  };
  const der = bytesAt(paths.certificate);
  const certificate = parseCertificate(der, paths.certificate);
  const algorithm = keyAlgorithmOf(certificate.spki);
  // What another CA has signed is not consistent by itself, and nothing here could tell whose key it is.
  if (!isSelfIssued(certificate) || algorithm === undefined)
    throw new CeremonyError('CERTIFICATE_UNFIT', `"${inputs.certificate}" is not signed with its own key`, {
      hint: 'a CA below another one is not adopted by this version',
    });
  const { crl, number } = takeCrl(bytesAt(paths.crl), paths.crl, certificate);
  // Found now: a ledger whose CRL could not be continued would end with it.
  crlAfter(crl);
  const listed = paths.issued === undefined ? [] : takeIssuedList(bytesAt(paths.issued), paths.issued, certificate);
  const spkiSha256 = sha256(certificate.spki.der);
  const crlOf = adoptedScope(crl, inputs, { spkiSha256, issued: listed }, inputs['crl-lists'] === 'all');
  const stem = paths.issued?.replace(/\.pem$/, '') ?? '';
  const own = sha256(der);
  const issued = listed.flatMap((one, index) =>
    sha256(one.der) === own ? [] : [{ name: `${inputs.issued ?? ''}-${index + 1}`, path: listedPath(stem, index + 1) }],
  );
  const unseen = revokedUnseen(listed, crl);
  return {
    ...{ certificate: der, spkiSha256, algorithm, number, unseen },
    ...(crlOf === undefined ? {} : { crlOf }),
    facts: {
      ...{ key: spkiSha256, algorithm },
      certificate: { name: inputs.certificate, path: paths.certificate },
      crl: { name: inputs.crl, path: paths.crl },
      ...(crlOf === undefined ? {} : { crlOf }),
      issued,
      revokedUnseen: unseen.first,
      ...(unseen.more === 0 ? {} : { revokedUnseenMore: unseen.more }),
    },
  };
}
