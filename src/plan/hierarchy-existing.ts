import { type CertificateSubject, certificateSubject } from '../pki/lint-subject.ts';
import type { Certificate } from '../x509/model.ts';
import type { Fault } from './hierarchy.ts';

/*
 * A certificate beside another of the same CA: whoever relies on what that CA has issued finds either of them. So it is the
 * same CA to the byte, and no path over the new one allows what the existing one does not.
 */

interface One {
  readonly name: string;
  readonly certificate: Certificate;
}

/** TLS BR §7.1.2.2, RFC 5280 §4.2.1.2 and §6.1. */
export function beside({ certificate: own }: One, { certificate: kept, name }: One): Fault[] {
  const [mine, theirs] = [certificateSubject(own), certificateSubject(kept)];
  const faults: Fault[] = [];
  if (Buffer.compare(own.spki.der, kept.spki.der) !== 0)
    faults.push({ of: 'existing', message: `has another public key than "${name}", beside which it stands` });
  if (Buffer.compare(own.subject.der, kept.subject.der) !== 0)
    faults.push({ of: 'existing', message: `has another subject than "${name}", byte for byte` });
  const [mySki, theirSki] = [mine, theirs].map(({ subjectKeyIdentifier: bytes }) =>
    bytes ? Buffer.from(bytes).toString('hex') : 'none',
  );
  if (mySki !== theirSki)
    faults.push({ of: 'existing', message: `has the key identifier ${mySki}, and "${name}" has ${theirSki}` });
  return [...faults, ...allowances(mine, theirs, name), ...validity(own, kept, name)];
}

/** anyExtendedKeyUsage (RFC 5280 §4.2.1.12). */
const ANY_PURPOSE = '2.5.29.37.0';

function allowances(mine: CertificateSubject, theirs: CertificateSubject, name: string): Fault[] {
  const faults: Fault[] = [];
  const [usage, before] = [mine, theirs].map(({ keyUsage }) => keyUsage?.names.toSorted().join(', ') ?? 'none');
  if (usage !== before)
    faults.push({ of: 'profile', message: `has the key usage ${usage}, and "${name}" has ${before}` });
  const { extKeyUsage: allowed } = theirs;
  if (allowed && !allowed.includes(ANY_PURPOSE)) {
    const more = mine.extKeyUsage?.filter((purpose) => !allowed.includes(purpose)) ?? ['any purpose'];
    if (more.length > 0)
      faults.push({
        of: 'profile',
        message: `allows ${more.join(', ')}, and "${name}" is for ${allowed.join(', ')} alone`,
      });
  }
  const [length, limit] = [mine, theirs].map(({ basicConstraints }) => basicConstraints?.pathLength);
  if (limit !== undefined && (length ?? Number.POSITIVE_INFINITY) > limit)
    faults.push({
      of: 'profile',
      message: `has ${length === undefined ? 'no path length' : `the path length ${length}`}, and "${name}" has ${limit}`,
    });
  return faults;
}

/** Until when it answers for its key its owner has said. */
function validity(own: Certificate, kept: Certificate, name: string): Fault[] {
  const faults: Fault[] = [];
  if (own.notBefore.at < kept.notBefore.at)
    faults.push({
      of: 'not-before',
      message: `is valid from ${own.notBefore.at}, before "${name}" beside which it stands (${kept.notBefore.at})`,
    });
  if (own.notAfter.at > kept.notAfter.at)
    faults.push({
      of: 'not-after',
      message: `is valid until ${own.notAfter.at}, after "${name}" beside which it stands (${kept.notAfter.at})`,
    });
  return faults;
}
