import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { FileOctets } from '../../src/adapters/file-octets.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { type Octets, WINDOW, wholeOf } from '../../src/base/octets.ts';
import { OID } from '../../src/der/oid.ts';
import { hexOf } from '../../src/der/values.ts';
import { enumerated, octetString, sequence } from '../../src/der/writer.ts';
import { constructedCrl } from '../../src/x509/constructed-crl.ts';
import { parseCrl, parseTbsCertList } from '../../src/x509/crl.ts';
import type { CertificateList } from '../../src/x509/model.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { crlOf, entryOf, extensionDer, tbsCrlOf } from './build.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-crl-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
function inFile(bytes: Uint8Array): FileOctets {
  const path = join(folder, String(++files));
  writeFileSync(path, bytes);
  return new FileOctets(path, 'a CRL');
}

const AT = '2027-01-01T00:00:00Z';
const serialOf = (index: number) => Buffer.from(`01${(index * 2_654_435_761).toString(16).padStart(16, '0')}`, 'hex');
const reason = (code: number) => extensionDer(OID.reasonCode, enumerated(code));
/** One of several lengths, so that windows end anywhere. */
const entry = (index: number) =>
  entryOf(serialOf(index), AT, ...(index % 3 === 0 ? [] : [reason([1, 4, 5][index % 3] ?? 1)]));
/** Longer than a window. */
const LONG = entryOf(0x55, AT, extensionDer('1.2.3.4', octetString(Buffer.alloc(WINDOW + 99, 7))));
const COUNT = 16_000;
const ENTRIES = Array.from({ length: COUNT }, (_, index) => (index === 9000 ? LONG : entry(index)));
const listing = (entries: readonly Uint8Array[]) => crlOf({ revoked: sequence(Buffer.concat(entries)) });
const DER = listing(ENTRIES);

/** All that is read of one, as text: octets in hex. */
function read(crl: CertificateList): string {
  const { revoked, der, tbs, ...others } = crl;
  const entries = Array.from(revoked, ({ serial, at, extensions, extensionsPresent, from, to }) =>
    [
      serial,
      at.at,
      at.form,
      extensionsPresent,
      from,
      to,
      ...extensions.map(({ oid, value }) => `${oid} ${hexOf(value)}`),
    ].join(),
  );
  const said = { ...others, der: sha256(der), tbs: sha256(tbs), count: revoked.count, list: sha256(revoked.der) };
  const hex = (_name: string, value: unknown) =>
    value !== null && typeof value === 'object' && 'data' in value
      ? Buffer.from(value.data as number[]).toString('hex')
      : value;
  return JSON.stringify({ ...said, repeated: revoked.repeated(), entries }, (name, value: unknown) =>
    value instanceof Uint8Array ? hexOf(value) : hex(name, value),
  );
}

/** What either says of bytes: what it read, or why it refuses. */
function said(parse: () => CertificateList): unknown {
  try {
    const { tbs, revoked, signature } = parse();
    return [sha256(tbs), revoked.count, hexOf(signature)];
  } catch (error) {
    assert.ok(error instanceof CeremonyError, String(error));
    return { code: error.code, message: error.message, details: error.details };
  }
}

/** An entry of that length. */
function longEntry(length: number): Uint8Array {
  const of = (size: number) => entryOf(0x11, AT, extensionDer('1.2.3.5', octetString(Buffer.alloc(size, 1))));
  return of(length - (of(length - 60).length - (length - 60)));
}

/** Whole numbers below a limit, always the same ones. */
function drawn(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const OCTETS = [0x00, 0x02, 0x17, 0x1f, 0x30, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0xff];
/** An empty element, the indefinite length, a length of 4 GiB, one of five octets, the end of contents. */
const INSERTED = ['3000', '3080', '84ffffffff', '30850100000000', '0000'].map((hex) => Buffer.from(hex, 'hex'));

/** One or two octets of it are others, or are missing there, or more are; half the time the whole is as long as before. */
function changed(whole: Buffer, from: number, length: number, random: (below: number) => number): Buffer {
  const kind = random(5);
  let now = Buffer.from(whole);
  for (let times = random(2); times >= 0; times--) {
    const at = from + random(length);
    if (kind === 0) now[at] = OCTETS[random(OCTETS.length)] as number;
    else if (kind === 1) now[at] = random(256);
    else if (kind === 2) now = Buffer.concat([now.subarray(0, at), now.subarray(at + 1 + random(6))]);
    else if (kind === 3)
      now = Buffer.concat([now.subarray(0, at), INSERTED[random(INSERTED.length)] as Buffer, now.subarray(at)]);
    // What stands before the entries and behind them.
    else now[random(2) === 0 ? random(120) : now.length - 1 - random(120)] = random(256);
  }
  if (random(2) === 0) return now;
  return Buffer.concat([now, Buffer.alloc(Math.max(0, whole.length - now.length))]).subarray(0, whole.length);
}

/** The same octets where they are not in memory. */
function elsewhere(bytes: Uint8Array): Octets {
  return {
    length: bytes.length,
    subarray: (begin = 0, end = bytes.length) => bytes.slice(begin, end),
    copyTo: (target, begin) => {
      assert.ok(
        begin + target.length <= bytes.length,
        `${begin + target.length} of ${bytes.length} bytes are asked for`,
      );
      target.set(bytes.subarray(begin, begin + target.length));
    },
  };
}

/** The same as `said`, with entries, as text. */
function told(parse: () => CertificateList<Octets>): string {
  try {
    const { revoked, extensions } = parse();
    const entries = Array.from(revoked, ({ serial, at, from, to }) => [serial, at.at, from, to].join());
    return JSON.stringify([entries, revoked.repeated(), revoked.find('05')?.from ?? null, extensions.length]);
  } catch (error) {
    assert.ok(error instanceof CeremonyError, String(error));
    return `${error.code} ${error.message}`;
  }
}

describe('a CRL in a file', () => {
  const crl = parseCrl(inFile(DER), 'a CRL');
  const inMemory = parseCrl(DER, 'a CRL');

  test('is read as the same in memory is: every field, and every entry where it stands', () => {
    assert.ok(DER.length > 3 * WINDOW);
    assert.equal(read(crl), read(inMemory));
    const tbs = tbsCrlOf({ revoked: sequence(Buffer.concat(ENTRIES)) });
    assert.deepEqual(Buffer.from(wholeOf(parseTbsCertList(inFile(tbs)).tbs)), Buffer.from(tbs));
    assert.deepEqual([...renderDocument(inFile(DER), 100)], [...renderDocument(DER, 100)]);
    assert.deepEqual([...renderDocument(inFile(tbs), 100)], [...renderDocument(tbs, 100)]);
  });

  test('has entries that stay what they are while others are read, and are found by their serial numbers', () => {
    const kept = Array.from(crl.revoked).filter((_, index) => index % 1999 === 0);
    const expected = Array.from(inMemory.revoked).filter((_, index) => index % 1999 === 0);
    const words = ({ serial, at, extensions }: (typeof kept)[number]) =>
      [serial, at.at, ...extensions.map(({ value }) => Buffer.from(value).toString('hex'))].join();
    assert.deepEqual(kept.map(words), expected.map(words));
    for (const index of [0, 1, 8999, 9001, COUNT - 1]) {
      const serial = serialOf(index)
        .toString('hex')
        .replace(/^(00)+(?=[0-7].)/, '');
      assert.equal(crl.revoked.find(serial)?.from, inMemory.revoked.find(serial)?.from, serial);
    }
    assert.equal(crl.revoked.find('55')?.to, inMemory.revoked.find('55')?.to);
    assert.equal(crl.revoked.find('56'), undefined);
  });

  test('names what it lists again, wherever the two stand', () => {
    const again = [...ENTRIES, ENTRIES[3], ENTRIES[12_000], ENTRIES[3]] as Uint8Array[];
    assert.deepEqual(parseCrl(inFile(listing(again))).revoked.repeated(), parseCrl(listing(again)).revoked.repeated());
    assert.equal(parseCrl(inFile(listing(again))).revoked.repeated().length, 3);
  });

  test('is combined with a delta CRL as the same in memory is', () => {
    const delta = parseCrl(crlOf({ revoked: sequence(entryOf(serialOf(77), AT, reason(8)), entryOf(0x99, AT)) }));
    const combined = constructedCrl(crl, delta);
    assert.equal(read(combined), read(constructedCrl(inMemory, delta)));
    assert.equal(combined.revoked.count, COUNT);
  });

  test('is refused as the same in memory is, with the same words and the same place, wherever it is broken', () => {
    const listAt = Buffer.from(DER).indexOf(ENTRIES[0] as Uint8Array);
    const places = [0, 1, 4, 5, 9, 20, listAt - 1, DER.length - 1, DER.length - 20];
    for (let at = listAt; at < listAt + 25; at++) places.push(at);
    for (let at = listAt + WINDOW - 30; at < listAt + WINDOW + 10; at++) places.push(at);
    let refused = 0;
    for (const at of places)
      for (const octet of [0x00, 0x30, 0x80, 0x84]) {
        const broken = Buffer.from(DER);
        broken[at] = octet;
        const found = said(() => parseCrl(inFile(broken), 'a CRL'));
        assert.deepEqual(
          found,
          said(() => parseCrl(broken, 'a CRL')),
          `0x${octet.toString(16)} at ${at}`,
        );
        if (!Array.isArray(found)) refused++;
        rmSync(join(folder, String(files)));
      }
    assert.ok(refused > 150, `${refused} refused`);
  });

  test('is read, or refused, as the same in memory is, whatever changes beside the edge of a window', () => {
    const beside = Buffer.concat([
      entryOf(0x05, AT),
      entryOf(serialOf(7), AT, reason(1)),
      entryOf(0x77, AT, extensionDer('1.2.3.4', octetString(Buffer.alloc(300, 7)))),
      entryOf(0x05, AT),
    ]);
    const random = drawn(20_270_101);
    const seen = { read: 0, refused: 0 };
    for (let round = 0; round < 600; round++) {
      // The first window ends at each place of what is beside it, and a little before and behind.
      const filler = longEntry(WINDOW + 6 - (round % (beside.length + 12)));
      const whole = Buffer.from(listing([filler, beside, ...(round % 3 === 0 ? [filler] : [])]));
      const broken = changed(whole, whole.indexOf(filler) + filler.length, beside.length, random);
      const found = told(() => parseCrl(elsewhere(broken), 'a CRL'));
      assert.equal(
        found,
        told(() => parseCrl(broken, 'a CRL')),
        `round ${round}`,
      );
      if (found.startsWith('[')) seen.read++;
      else seen.refused++;
    }
    assert.ok(seen.read > 100 && seen.refused > 200, JSON.stringify(seen));
  });
});
