import { CeremonyError } from '../../base/errors.ts';
import type { Pack } from '../../pack/pack-reader.ts';
import { besideOf } from '../../plan/existing.ts';
import { hierarchyProblems, type Member, memberOf } from '../../plan/hierarchy.ts';
import { partitionUris } from '../../plan/partitions-planned.ts';
import { stepsOf } from '../../plan/plan.ts';
import { currentCrls } from '../../x509/constructed-crl.ts';
import { parseCrl } from '../../x509/crl.ts';
import type { CertificateList } from '../../x509/model.ts';
import { defineCheck } from '../check.ts';
import { isSelfIssued, parentOf, readExisting } from '../pack-certificates.ts';

export const certificateHierarchy = defineCheck({
  id: 'CERTIFICATE-HIERARCHY',
  title: 'the certificates fit each other: names, keys, serial numbers, validity, depth, places of publication',
  needs: ['certificates', 'packCertificates', 'plan', 'events'],
  run({ certificates, packCertificates, plan, events }, { pack, report }) {
    const brought = new Map<string, Member>();
    const steps = new Map(stepsOf(plan).map((step) => [step.key, step]));
    const known = new Set(packCertificates.map(({ path }) => path));
    const made = certificates.map((file) => {
      const { step: key, at } = file.done.proposal.event;
      const step = steps.get(key);
      const { path, changes } = (step && besideOf(plan, events, step)) ?? {};
      const existing = readExisting(pack, path);
      if (path !== undefined && existing && !known.has(path)) brought.set(path, memberOf(path, existing));
      const member = { ...memberOf(file.path, file.content), issuer: file.issuer?.path ?? null, signedAt: at };
      return path === undefined ? member : { ...member, existing: path, ...(changes ? { changes } : {}) };
    });
    const before = packCertificates
      .filter(({ path }) => path.startsWith('previous/'))
      .map((one) => ({
        ...memberOf(one.path, one.content),
        issuer: isSelfIssued(one.content) ? one.path : (parentOf(one, packCertificates)?.path ?? null),
      }));
    const crls = previousCrls(pack);
    const members = [...before, ...brought.values(), ...made];
    for (const { name, message } of hierarchyProblems(members, crls, partitionUris(plan, crls))) report(name, message);
  },
});

/** What cannot be read is not judged here. */
function previousCrls(pack: Pack): readonly CertificateList[] {
  const crls = pack.paths.flatMap((path) => {
    const der = /^previous\/crls\/[^/]+\.crl$/.test(path) ? pack.octets(path) : undefined;
    try {
      return der ? [parseCrl(der, path)] : [];
    } catch (error) {
      if (error instanceof CeremonyError) return [];
      throw error;
    }
  });
  return currentCrls(crls);
}
