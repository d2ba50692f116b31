import { sha256 } from '../../base/digest.ts';
import { CeremonyError } from '../../base/errors.ts';
import { hexOf } from '../../der/values.ts';
import type { Pack } from '../../pack/pack-reader.ts';
import { certificateSubject } from '../../pki/lint-subject.ts';
import { besideOf } from '../../plan/existing.ts';
import { hierarchyProblems, type Member } from '../../plan/hierarchy.ts';
import { stepsOf } from '../../plan/plan.ts';
import { parseCrl } from '../../x509/crl.ts';
import type { Certificate, CertificateList } from '../../x509/model.ts';
import { defineCheck } from '../check.ts';
import { isSelfIssued, parentOf, readExisting } from '../pack-certificates.ts';
import type { PackCertificate, SignedFile } from '../parts.ts';

export const certificateHierarchy = defineCheck({
  id: 'CERTIFICATE-HIERARCHY',
  title: 'the certificates fit each other: names, keys, serial numbers, validity, depth, places of publication',
  needs: ['certificates', 'packCertificates', 'plan', 'events'],
  run({ certificates, packCertificates, plan, events }, { pack, report }) {
    const brought = new Map<string, Member>();
    const made = certificates.map((file) => {
      const { step: key, at } = file.done.proposal.event;
      const step = stepsOf(plan).find((one) => one.key === key);
      const path = step && besideOf(plan, events, step)?.path;
      const existing = readExisting(pack, path);
      if (path !== undefined && existing && !packCertificates.some((one) => one.path === path))
        brought.set(path, memberOf({ path, content: existing }, null, null));
      const member = memberOf(file, file.issuer?.path ?? null, at);
      return path === undefined ? member : { ...member, existing: path };
    });
    const before = packCertificates
      .filter(({ path }) => path.startsWith('previous/'))
      .map((one) =>
        memberOf(one, isSelfIssued(one.content) ? one.path : (parentOf(one, packCertificates)?.path ?? null), null),
      );
    for (const { name, message } of hierarchyProblems([...before, ...brought.values(), ...made], previousCrls(pack)))
      report(name, message);
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
