import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatUtc, parseUtc } from '../../src/base/dates.ts';
import { COLUMNS, LIST_REASONS } from '../../src/pki/revocation-list.ts';

/** A CA of openssl's with P-384, and what it is to revoke: as a list of ours and as openssl's database. */
export interface CrlFiles {
  readonly list: string;
  readonly certificate: string;
  readonly key: string;
  /** Of `openssl ca`. */
  readonly configuration: string;
}

const CONFIGURATION = `[ca]
default_ca = d
[d]
database = ./index.txt
crlnumber = ./crlnumber
default_md = sha384
default_crl_days = 30
crl_extensions = e
[e]
authorityKeyIdentifier = keyid
`;

export function writeCrlFiles(folder: string, count: number): CrlFiles {
  const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes', '-keyout', 'ca.key'],
    ...['-subj', '/C=US/O=Example Org/CN=Root', '-days', '3650', '-out', 'ca.pem'],
    ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  );
  openssl('x509', '-in', 'ca.pem', '-outform', 'DER', '-out', 'ca.crt');
  writeFileSync(join(folder, 'ca.cnf'), CONFIGURATION);
  writeFileSync(join(folder, 'crlnumber'), '01\n');
  const [lines, rows] = [[COLUMNS.join(',')], [] as string[]];
  for (let index = 0; index < count; index++) {
    const { serial, at, reason } = entryOf(index);
    lines.push(`${serial},${at},${reason},`);
    rows.push(
      `R\t351231235959Z\t${at.slice(2).replace(/[-:T]/g, '')},${reasonOfOpenssl(reason)}\t${serial.toUpperCase()}\tunknown\t/CN=x`,
    );
  }
  writeFileSync(join(folder, 'list.csv'), `${lines.join('\n')}\n`);
  writeFileSync(join(folder, 'index.txt'), rows.map((row) => `${row}\n`).join(''));
  return {
    list: join(folder, 'list.csv'),
    certificate: join(folder, 'ca.crt'),
    key: join(folder, 'ca.key'),
    configuration: 'ca.cnf',
  };
}

/** Those that `openssl ca` can say, each for good. */
const REASONS: readonly string[] = LIST_REASONS.filter(
  (reason) => reason !== 'privilegeWithdrawn' && reason !== 'certificateHold',
);

/** As this program numbers certificates: 01 and 16 random octets. The dates lie in one year, each at another second. */
function entryOf(index: number) {
  const serial = `01${createHash('sha256').update(String(index)).digest('hex').slice(0, 32)}`;
  const second = (index * 7919) % (365 * 24 * 60 * 60);
  const reason = REASONS[index % REASONS.length] as string;
  return { serial, at: formatUtc(parseUtc('2025-01-01T00:00:00Z') + second * 1000), reason };
}

function reasonOfOpenssl(reason: string): string {
  return reason === 'cACompromise' ? 'CACompromise' : reason;
}
