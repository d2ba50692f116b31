import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fingerprintsCsv } from '../../src/pki/fingerprints.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';

const HEADING =
  '"SHA-256 Fingerprint","Subject Common Name","Issuer Common Name","Valid From (GMT)","Valid To (GMT)",' +
  '"Certificate Serial Number","Subject Key Identifier","File"\r\n';

describe('fingerprintsCsv', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-fingerprints-'));
  });
  after(() => rmSync(folder, { recursive: true }));
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

  function made(subject: string, ...more: string[]) {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes', '-keyout', 'key.pem'];
    openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '9999',
      '-utf8',
      '-subj',
      subject,
      '-outform',
      'DER',
      '-out',
      'one.crt',
      ...more,
    );
    const read = (...args: string[]) => openssl('x509', '-inform', 'DER', '-in', 'one.crt', '-noout', ...args);
    const day = (which: string) => /=(.{10})/.exec(read(which, '-dateopt', 'iso_8601'))?.[1];
    return {
      csv: fingerprintsCsv('one.crt', parseCertificate(readFileSync(join(folder, 'one.crt')))),
      // What openssl says of it, which has colons.
      fingerprint: /=([0-9A-F:]+)/.exec(read('-fingerprint', '-sha256'))?.[1]?.replaceAll(':', ''),
      dates: `"${day('-startdate')}","${day('-enddate')}"`,
      serial: /=([0-9A-F]+)/.exec(read('-serial'))?.[1],
      keyId: /^ +([0-9A-F:]+)$/m.exec(read('-ext', 'subjectKeyIdentifier'))?.[1]?.replaceAll(':', ''),
    };
  }

  it('has what openssl says, without colons, and days instead of seconds', () => {
    const { csv, fingerprint, dates, serial, keyId } = made('/C=US/O=Example Org/CN=Example Root CA G1');
    const names = '"Example Root CA G1","Example Root CA G1"';
    const row = `"${fingerprint}",${names},${dates},"${serial}","${keyId}","one.crt"\r\n`;
    assert.equal(csv, HEADING + row);
    assert.match(csv, /\n"[0-9A-F]{64}",.*("20\d\d-[01]\d-[0-3]\d",){2}"[0-9A-F]{40}","[0-9A-F]{40}","one\.crt"\r\n$/);
  });

  it('doubles quotation marks, keeps commas and what is no ASCII, and takes the last common name', () => {
    const { csv } = made('/CN=general/CN=Zertifizierungsstelle "Süd", Wien');
    assert.match(csv, /,"Zertifizierungsstelle ""Süd"", Wien","Zertifizierungsstelle ""Süd"", Wien",/);
  });

  it('leaves out the octet that DER puts before a serial number, and no other', () => {
    assert.match(made('/CN=x', '-set_serial', '0x00ff01').csv, /,"FF01",/);
    assert.match(made('/CN=x', '-set_serial', '0x0a00').csv, /,"0A00",/);
  });

  it('has empty fields for a name without a common name, and a certificate without an identifier', () => {
    const { csv, dates, serial } = made('/O=Example Org', '-addext', 'subjectKeyIdentifier=none');
    assert.match(csv, new RegExp(`\\n"[0-9A-F]{64}","","",${dates},"${serial}","","one\\.crt"\\r\\n$`));
  });
});
