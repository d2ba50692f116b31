import { sha256 } from '../../base/digest.ts';
import { CeremonyError } from '../../base/errors.ts';
import { sameBytes } from '../../der/reader.ts';
import { hexOf } from '../../der/values.ts';
import type { Pack } from '../../pack/pack-reader.ts';
import { certificateSubject } from '../../pki/lint-subject.ts';
import { hierarchyProblems, type Member } from '../../plan/hierarchy.ts';
import { parseCrl } from '../../x509/crl.ts';
import type { Certificate, CertificateList } from '../../x509/model.ts';
import { defineCheck } from '../check.ts';
import { isSelfIssued } from '../pack-certificates.ts';
import type { PackCertificate, SignedFile } from '../parts.ts';

export const certificateHierarchy = defineCheck({
  id: 'CERTIFICATE-HIERARCHY',
  title: 'the certificates fit each other: names, keys, serial numbers, validity, depth, places of publication',
  needs: ['certificates', 'packCertificates'],
  run({ certificates, packCertificates }, { pack, report }) {
    const made = certificates.map((file) => memberOf(file, file.issuer?.path ?? null, file.done.proposal.event.at));
    const before = packCertificates
      .filter(({ path }) => path.startsWith('previous/'))
      .map((one) => memberOf(one, parentOf(one, packCertificates), null));
    for (const { name, message } of hierarchyProblems([...before, ...made], previousCrls(pack))) report(name, message);
  },
});

function memberOf(
  { path, content }: PackCertificate | SignedFile<Certificate>,
  issuer: string | null,
  signedAt: string | null,
): Member {
  const { subjectKeyIdentifier } = certificateSubject(content);
  return {
    name: path,
    certificate: content,
    key: sha256(content.spki.der),
    keyIdentifier: subjectKeyIdentifier ? hexOf(subjectKeyIdentifier) : null,
    serial: content.serial.hex,
    issuer,
    signedAt,
    out: null,
  };
}

function parentOf({ path, content }: PackCertificate, all: readonly PackCertificate[]): string | null {
  if (isSelfIssued(content)) return path;
  return all.find((one) => sameBytes(one.content.subject.der, content.issuer.der))?.path ?? null;
}

/** What cannot be read is not judged here. */
function previousCrls(pack: Pack): CertificateList[] {
  return pack.paths.flatMap((path) => {
    const der = /^previous\/crls\/[^/]+\.crl$/.test(path) ? pack.file(path) : undefined;
    try {
      return der ? [parseCrl(der, path)] : [];
    } catch (error) {
      if (error instanceof CeremonyError) return [];
      throw error;
    }
  });
}
