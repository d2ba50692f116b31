import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Three TLS libraries, of which none knows of the others: OpenSSL, GnuTLS (certtool) and NSS (certutil). */
export interface Verdicts {
  readonly openssl: boolean;
  /** Null where it is not asked: certtool 3.7 knows no time but now. */
  readonly gnutls: boolean | null;
  readonly nss: boolean;
}

export const ALL_ACCEPT: Verdicts = { openssl: true, gnutls: true, nss: true };
export const ALL_REFUSE: Verdicts = { openssl: false, gnutls: false, nss: false };

/**
 * What a certificate is judged as good for: the letters of `certutil -V -u`. Its "any CA" (A) and "verify CA" (Y) are not
 * among them: NSS 3.87 calls anything valid for those, without a root too.
 */
const NSS_USAGES = {
  'tls-ca': 'L',
  'tls-server': 'V',
  'tls-client': 'C',
  email: 'S',
  'ocsp-responder': 'O',
} as const;
export type Usage = keyof typeof NSS_USAGES;

/**
 * What they say of the first certificate of a chain to somebody who trusts that root and nothing else.
 * @param root PEM, as `pemOf` writes it @param chain PEM, leaf first; whether the root is in it makes no difference
 * @param at to the second; now unless told, and GnuTLS is not asked for another time
 * @param usage what NSS judges it as; the other two judge the chain alone
 */
export function judgeChain(root: string, chain: string, usage: Usage, at?: Date): Verdicts {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-judged-'));
  try {
    const put = (name: string, content: string) => {
      writeFileSync(join(folder, name), content);
      return name;
    };
    const [leaf = '', ...above] = blocksOf(chain);
    const [rootFile, leafFile, chainFile] = [put('root.pem', root), put('leaf.pem', leaf), put('chain.pem', chain)];
    const ask = (command: string, ...args: readonly string[]) => {
      const run = spawnSync(command, args, { cwd: folder, encoding: 'utf8', timeout: 120_000 });
      if (run.error) throw run.error;
      return { status: run.status, text: run.stdout + run.stderr };
    };

    const time = at ?? new Date();
    const strict = ['-attime', String(Math.floor(time.getTime() / 1000)), '-x509_strict', '-CAfile', rootFile];
    const byOpenssl = ask('openssl', 'verify', '-no-CApath', ...strict, '-untrusted', chainFile, leafFile);

    const byCerttool = ask('certtool', '--verify', '--load-ca-certificate', rootFile, '--infile', chainFile);
    const [, said = ''] = /Chain verification output: (.*)/.exec(byCerttool.text) ?? [];
    assert.notEqual(said, '', byCerttool.text);

    // NSS judges what lies in a database of its own, which starts without any root.
    mkdirSync(join(folder, 'nss'));
    const certutil = (...args: readonly string[]) => ask('certutil', ...args, '-d', 'sql:nss');
    const done = (...args: readonly string[]) => {
      const { status, text } = certutil(...args);
      assert.equal(status, 0, text);
    };
    done('-N', '--empty-password');
    const others = above.filter((one) => one !== root);
    for (const [name, pem, trust] of [
      ['root', root, 'CT,C,C'],
      ...others.map((one, place) => [`above-${place}`, one, ',,'] as const),
      // What is there already keeps its name: a root that is judged itself is trusted by that one.
      ...(leaf === root ? [] : [['judged', leaf, ',,'] as const]),
    ] as const)
      done('-A', '-a', '-i', put(`${name}.pem`, pem), '-n', name, '-t', trust);
    const nssTime = `${time.toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`;
    const byNss = certutil('-V', '-n', leaf === root ? 'root' : 'judged', '-u', NSS_USAGES[usage], '-e', '-b', nssTime);
    assert.match(byNss.text, /certificate is (valid|invalid)/);

    return {
      openssl: byOpenssl.status === 0,
      gnutls: at ? null : said.startsWith('Verified. The certificate is trusted.'),
      nss: byNss.status === 0 && byNss.text.includes('certificate is valid'),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The blocks of a PEM file, in their order. */
function blocksOf(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n/g) ?? [];
}
