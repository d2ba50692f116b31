import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSign } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { frameOfCrl, streamTbsCertList } from '../../src/issue/crl.ts';
import { listedEntries } from '../../src/rehearsal/listed-entries.ts';
import { crlRequest, issueRoot, keyOf, rootRequest } from './software-ca.ts';

/** Octets of each entry: where it stands, by its serial number, in each CRL that is looked at, until it is collected. With both in memory it is 270. */
const MOST_OF_EACH = 170;
const [FEW, MANY] = [20_000, 420_000];

const folder = mkdtempSync(join(tmpdir(), 'quorate-long-crl-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string) => join(folder, name);

/** A CRL with so many entries, signed, and never in memory. */
function writeCrl(name: string, count: number, issuer: Uint8Array): void {
  const frame = crlRequest(issuer, 'ecdsa-p384');
  function* pieces(): Generator<Uint8Array> {
    let batch: Uint8Array[] = [];
    for (const entry of listedEntries(count, '2026-01-01T00:00:00Z')) {
      if (batch.push(entry) < 1000) continue;
      yield Buffer.concat(batch);
      batch = [];
    }
    yield Buffer.concat(batch);
  }
  let length = 0;
  for (const piece of pieces()) length += piece.length;
  const tbs = streamTbsCertList(frame, { length, pieces });
  const signer = createSign('sha384');
  for (const piece of tbs.pieces()) signer.update(piece);
  const around = frameOfCrl(tbs.length, frame.signatureAlgorithm, signer.sign(keyOf('ecdsa-p384').privateKey));
  const fd = openSync(path(name), 'wx');
  for (const piece of [around.before, ...tbs.pieces(), around.after]) writeSync(fd, piece);
  closeSync(fd);
}

describe('the next CRL after one that is long', () => {
  const peaks: number[] = [];
  before(async () => {
    const root = await issueRoot(rootRequest('ecdsa-p384'));
    writeFileSync(path('ca.crt'), root);
    writeFileSync(path('ca.key'), keyOf('ecdsa-p384').privateKey.export({ type: 'pkcs8', format: 'pem' }));
    for (const count of [FEW, MANY]) {
      writeCrl(`${count}.crl`, count, root);
      const args = [path('ca.crt'), path('ca.key'), path(`${count}.crl`), path(`next-${count}`)];
      const child = [
        '--import',
        join(import.meta.dirname, '../from-build.ts'),
        join(import.meta.dirname, 'long-crl-child.ts'),
      ];
      peaks.push(Number(execFileSync(process.execPath, [...child, ...args], { encoding: 'utf8' })) * 1024);
    }
  });

  test('is made, judged, signed, read again and written without one of the two in memory', () => {
    const [few = 0, many = 0] = peaks;
    const each = (many - few) / (MANY - FEW);
    assert.ok(few > 0 && each < MOST_OF_EACH, `${few} bytes, then ${many}: ${each} of each entry`);
  });

  test('is a CRL to openssl, with the signature of its CA', () => {
    const crl = ['crl', '-inform', 'DER', '-in', path(`next-${MANY}.crl`), '-noout', '-crlnumber', '-hash'];
    assert.match(execFileSync('openssl', crl, { encoding: 'utf8' }), /^crlNumber=0x0?2\n/);
    const pem = ['crl', '-in', path(`next-${FEW}.pem`), '-outform', 'DER', '-out', path('again.crl')];
    execFileSync('openssl', pem);
    execFileSync('cmp', [path('again.crl'), path(`next-${FEW}.crl`)]);
  });
});
