import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../src/pki/lint.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { alternate, type Benchmark } from './measure.ts';
import { withScratch } from './rehearsal.ts';

const EXTENSIONS = `basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
certificatePolicies = 2.23.140.1.2.1
crlDistributionPoints = URI:http://pki.example.com/root.crl
authorityInfoAccess = caIssuers;URI:http://pki.example.com/root.crt
`;

/** A root and a CA for TLS servers below it, both of P-384, made by openssl. */
function hierarchy(folder: string): readonly [root: Uint8Array, subordinate: Uint8Array] {
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes'];
  writeFileSync(join(folder, 'extensions'), EXTENSIONS);
  const name = (commonName: string) => ['-subj', `/C=US/O=Example Org/CN=${commonName}`];
  openssl('req', '-x509', ...key, '-keyout', 'root.key', '-out', 'root.pem', '-days', '3650', ...name('Root'));
  openssl('req', ...key, '-keyout', 'sub.key', '-out', 'sub.csr', ...name('Issuing'));
  openssl(
    ...['x509', '-req', '-in', 'sub.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-sha384', '-days', '1825'],
    ...['-extfile', 'extensions', '-out', 'sub.pem'],
  );
  const [root, subordinate] = ['root.pem', 'sub.pem'].map((file) => {
    return Uint8Array.from(new X509Certificate(readFileSync(join(folder, file))).raw);
  });
  if (!root || !subordinate) throw new Error('openssl made no certificates');
  return [root, subordinate];
}

/** Certificates of one run: one alone is over before a clock sees it. */
const MANY = 100;

function each(run: () => void): number {
  const before = performance.now();
  for (let i = 0; i < MANY; i++) run();
  return (performance.now() - before) / MANY;
}

/** Linting one certificate below a root by all rule packs, over checking its signature. Aim: below 2 ms. */
export const benchmark: Benchmark = {
  name: 'lint-certificate',
  measure: () =>
    withScratch((folder) => {
      const [root, subordinate] = hierarchy(folder);
      const packs = [...RULE_PACKS.keys()];
      const context = {
        kind: 'subordinate-ca',
        plannedAt: `${new Date().toISOString().slice(0, 19)}Z`,
        issuer: parseCertificate(root),
      } as const;
      const [certificate, issuer] = [new X509Certificate(subordinate), new X509Certificate(root)];
      return alternate(
        11,
        'one ECDSA P-384 signature check',
        () => each(() => lint({ certificate: subordinate }, packs, context)),
        () => each(() => certificate.verify(issuer.publicKey)),
      );
    }),
};
