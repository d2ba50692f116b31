import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { explicit, integer, raw, sequence, time } from '../../src/der/writer.ts';
import { encodeSigned, signatureIdentifier } from '../../src/pki/encode.ts';
import { crlExtensions, encodeExtension } from '../../src/pki/extensions.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import { inventPack } from '../../src/rehearsal/invented-pack.ts';
import { markedLabel } from '../../src/rehearsal/marking.ts';
import type { PackBefore } from '../../src/rehearsal/pack-before.ts';
import { revocationList } from '../../src/rehearsal/stand-in-revocations.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { CAST } from './set-stage.ts';

const ROOT = { called: 'root', of: 'example-root-g1' };
const WANTED = { name: 'revocations', issuer: ROOT, optional: false, asserted: false, listed: 1 };
const NOW = '2031-05-06T09:00:00Z';

describe('a list of what is to be revoked, made for a rehearsal', () => {
  let pack: PackBefore;
  const rowOf = (name: string) => {
    const row = pack.ledger.certificates.find((one) => one.name === name);
    assert.ok(row);
    return row;
  };
  const lines = (uses: readonly string[], followed = pack, wanted = WANTED) =>
    Buffer.from(revocationList(wanted, uses, followed, NOW))
      .toString()
      .trimEnd()
      .split('\n')
      .slice(1);

  before(async () => {
    const issued = ['tls-ca-1', 'tls-ca-2'].map((called) => ({ kind: 'certificate', called, of: ROOT.of }));
    const stands = { ...CAST.stands, uses: [...CAST.stands.uses, ...issued] };
    const { ledger, documents } = await inventPack(readCast({ ...CAST, stands }), '2031-05-06T08:00:00Z', []);
    const keys = ledger.keys.map((key) => ({ ...key, label: markedLabel(key.label) }));
    const files = new Map([...documents].map(([digest, bytes]) => [digest, bytes]));
    pack = { files, ledger: { ...ledger, keys }, manifest: Buffer.from(''), ledgerBytes: Buffer.from(''), head: '' };
  });

  /** The same pack after another CRL, which lists these. */
  function revoking(...names: readonly string[]): PackBefore {
    const root = parseCertificate(pack.files.get(rowOf('root').sha256) as Uint8Array);
    const at = '2031-05-06T08:30:00Z';
    const entry = (name: string) => sequence(integer(BigInt(`0x${rowOf(name).serial}`)), time(at));
    const identifier = signatureIdentifier('ecdsa-sha384');
    const tbs = sequence(
      ...[integer(1), identifier, raw(root.subject.der), time(at), time('2032-05-06T08:30:00Z')],
      sequence(...names.map(entry)),
      explicit(0, sequence(...crlExtensions(Buffer.alloc(20, 1), 2n).map(encodeExtension))),
    );
    const der = encodeSigned(tbs, identifier, Buffer.alloc(96, 1));
    const [last] = pack.ledger.crls;
    assert.ok(last);
    const row = { ...last, number: '2', thisUpdate: at, sha256: sha256(der) };
    return {
      ...pack,
      files: new Map([...pack.files, ['crls/root.crl', der]]),
      ledger: { ...pack.ledger, crls: [last, row] },
    };
  }

  test('names the certificate that the script uses, and not the one that was issued last', () => {
    assert.deepEqual(lines(['root', 'tls-ca-1']), [
      `${rowOf('tls-ca-1').serial},2031-04-06T08:00:00Z,cessationOfOperation,`,
    ]);
  });

  test('names what was issued last where the script uses none, and of that what is not revoked yet', () => {
    assert.match(lines(['root'])[0] ?? '', new RegExp(`^${rowOf('tls-ca-2').serial},`));
    assert.deepEqual(lines(['root'], revoking('tls-ca-2')), [
      `${rowOf('tls-ca-1').serial},2031-05-06T08:30:00Z,cessationOfOperation,`,
    ]);
  });

  test('is empty where nothing has to come, or nothing is left', () => {
    assert.deepEqual(lines(['root', 'tls-ca-1'], pack, { ...WANTED, optional: true }), []);
    assert.deepEqual(lines(['root'], revoking('tls-ca-1', 'tls-ca-2')), []);
  });

  test('is of as many that nobody has seen as are wanted, where people assert what the CA has issued', () => {
    const made = lines(['root', 'tls-ca-1'], pack, { ...WANTED, asserted: true, optional: true, listed: 50 });
    assert.equal(new Set(made.map((line) => line.split(',')[0])).size, 50);
    for (const line of made) assert.match(line, /^01[0-9a-f]{32},2031-[^,]*,cessationOfOperation,$/);
  });

  test('is refused where what the script uses is revoked already', () => {
    assert.throws(() => lines(['root', 'tls-ca-1'], revoking('tls-ca-1')), {
      code: 'REHEARSAL_SETUP',
      message: '"revocations" is to revoke "tls-ca-1", which the pack before has as revoked (CRL 2) or not valid now',
    });
  });
});
