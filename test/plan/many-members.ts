import { lazyIssue } from '../../src/adapters/issuing.ts';
import { issuerIdentity } from '../../src/pki/issuer.ts';
import { type CertificateProfile, resolveProfile } from '../../src/pki/profile.ts';
import { type Member, memberOf } from '../../src/plan/hierarchy.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import type { Certificate } from '../../src/x509/model.ts';
import { TEMPLATES } from './planned.ts';

const AT = '2027-03-10T09:00:00Z';

const PLACES = {
  policies: ['2.23.140.1.2.1'],
  'ca-issuers': 'http://pki.example.com/root.crt',
  crl: 'http://pki.example.com/root.crl',
};

async function standIn(commonName: string, template: string, issuer?: Certificate): Promise<Certificate> {
  const { profile } = resolveProfile(template, issuer ? PLACES : {}, TEMPLATES);
  return parseCertificate(
    await lazyIssue.standIn({
      profile: profile as CertificateProfile,
      subject: [{ type: 'CN', value: commonName }],
      issuer: issuer ? issuerIdentity(issuer) : 'self',
      notBefore: AT,
      notAfter: issuer ? '2032-03-10T08:59:59Z' : '2042-03-10T08:59:59Z',
      keyAlgorithm: 'ecdsa-p384',
      signatureAlgorithm: 'ecdsa-sha384',
    }),
  );
}

/**
 * A root that was there before, `root`, and CAs below it that are signed now, `ca-1` and on, with keys, names, numbers and
 * files of their own: of one certificate, which says another name each time.
 * @param count with the root
 * @param change what is different of the one at that place
 */
export async function many(
  count: number,
  change: (at: number) => Partial<Member> = () => ({}),
): Promise<readonly Member[]> {
  const root = await standIn('Root', 'root-ca');
  const below = await standIn('Below', 'tls-issuing-ca', root);
  const [attribute] = below.subject.attributes;
  if (!attribute) throw new Error('the stand-in has no common name');
  const made = Array.from({ length: count - 1 }, (_, index): Member => {
    const at = index + 1;
    const subject = { ...below.subject, attributes: [{ ...attribute, value: `CA ${at}` }] };
    return {
      name: `ca-${at}`,
      certificate: { ...below, subject },
      key: `key ${at}`,
      keyIdentifier: `id ${at}`,
      serial: `serial ${at}`,
      issuer: 'root',
      signedAt: AT,
      out: `ca-${at}.crt`,
      ...change(at),
    };
  });
  return [{ ...memberOf('root', root), issuer: 'root' }, ...made];
}
