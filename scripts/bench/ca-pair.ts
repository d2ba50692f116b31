import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lint } from '../../src/pki/lint.ts';
import { RULE_PACKS } from '../../src/pki/rule-packs.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { alternate, type Measured } from './measure.ts';
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

/**
 * A root and a CA for TLS servers below it, made by openssl.
 * @param key what `openssl req` makes both keys by
 */
function hierarchy(folder: string, key: readonly string[]): readonly [root: Uint8Array, subordinate: Uint8Array] {
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  writeFileSync(join(folder, 'extensions'), EXTENSIONS);
  const name = (commonName: string) => ['-nodes', '-subj', `/C=US/O=Example Org/CN=${commonName}`];
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

/**
 * Linting one certificate below a root by all rule packs, over checking its signature. Its key was seen before, as by the
 * lints of one ceremony but the first.
 * @param key what `openssl req` makes both keys by
 */
export function lintOverSignature(peer: string, key: readonly string[]): Measured {
  return withScratch((folder) => {
    const [root, subordinate] = hierarchy(folder, key);
    const packs = [...RULE_PACKS.keys()];
    const context = {
      kind: 'subordinate-ca',
      plannedAt: `${new Date().toISOString().slice(0, 19)}Z`,
      issuer: parseCertificate(root),
    } as const;
    const [certificate, issuer] = [new X509Certificate(subordinate), new X509Certificate(root)];
    return alternate(
      11,
      peer,
      () => each(() => lint({ certificate: subordinate }, packs, context)),
      () => each(() => certificate.verify(issuer.publicKey)),
    );
  });
}
