import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CeremonyError } from '../../src/base/errors.ts';
import { DistinctReader, ListReader, notAfter } from '../../src/pki/listed-line.ts';
import { LIST_REASONS, lineFault } from '../../src/pki/revocation-list.ts';
import { assertRefuses } from '../der/refusal.ts';
import { type AnyLine, anyLines, cut, listOf, numbersFrom } from './listed-lines.ts';

interface Reader {
  feed(chunk: Uint8Array): void;
  next: ListReader['next'];
  end(): void;
}

/** What a reader says of a file, line by line. */
function read(chunks: Iterable<Uint8Array>, reader: Reader = new ListReader('list.csv')): AnyLine[] {
  const lines: AnyLine[] = [];
  for (const chunk of chunks) {
    reader.feed(chunk);
    for (let line = reader.next(); line !== undefined; line = reader.next()) {
      const { bytes, serialAt, serialEnd, dateAt, sinceAt, reason } = line;
      const text = (at: number, end: number) => Buffer.from(bytes.subarray(at, end)).toString('latin1');
      assert.equal(line.number, lines.length + 2);
      lines.push({
        serial: text(serialAt, serialEnd),
        at: text(dateAt, dateAt + 20),
        reason: LIST_REASONS[reason] as AnyLine['reason'],
        since: sinceAt < 0 ? '' : text(sinceAt, sinceAt + 20),
      });
    }
  }
  reader.end();
  return lines;
}

const refused = (file: string | Uint8Array, expected: RegExp) =>
  assertRefuses(() => read([Buffer.from(file)]), 'REVOCATION_UNFIT', expected);

const [HEAD, AT] = ['serialNumber,revocationDate,reasonCode,invalidityDate', '2026-01-01T00:00:00Z'];

describe('a list that is read as octets', () => {
  test('has the lines that were written, however it is cut and whatever ends them', () => {
    const lines = anyLines(500, 1);
    for (const [seed, most] of [1, 2, 7, 150, 3000, 100_000].entries()) {
      assert.deepEqual(read(cut(listOf(lines), most, seed)), lines);
      assert.deepEqual(read(cut(listOf(lines, '\r\n'), most, seed)), lines);
    }
  });

  test('is refused for the line for which the other reader refuses it, and for no other', () => {
    const number = numbersFrom(5);
    let refusals = 0;
    for (let round = 0; round < 3000; round++) {
      const file = listOf(anyLines(3, round));
      const at = HEAD.length + 1 + number(file.length - HEAD.length - 1);
      file[at] = number(2) === 0 ? number(256) : (file[number(file.length)] ?? 0);
      const texts = file.toString('latin1').split(/\r?\n/).slice(1, -1);
      const fault = file.at(-1) === 0x0a ? texts.map((text) => lineFault(text)).find((said) => said) : 'cut off';
      try {
        assert.equal(read(cut(file, 60, round)).length, texts.length);
        assert.equal(fault, undefined);
      } catch (error) {
        if (!(error instanceof CeremonyError)) throw error;
        refusals++;
        assert.equal(error.code, 'REVOCATION_UNFIT');
        assert.ok(fault !== undefined && error.message.includes(fault), `${error.message} / ${fault}`);
      }
    }
    assert.ok(refusals > 1000, String(refusals));
  });

  test('begins with the heading, ends its last line, and has no endless one', () => {
    refused('serial,date\n', /its first line is "serial,date", expected "serialNumber,revocationDate/);
    refused('', /its first line is "", expected/);
    refused(HEAD, /its last line does not end: it may have been cut off$/);
    refused(`${HEAD}\n01,${AT},superseded,`, /its last line does not end: it may have been cut off$/);
    refused(`${HEAD}\n01,1949-12-31T23:59:59Z,superseded,\n`, /line 2: the date 1949-12-31T23:59:59Z is before 1950$/);
    refused(`${HEAD}\n01,${AT},superseded,1949-12-31T23:59:59Z\n`, /line 2: the date 1949-12-31T23:59:59Z is before/);
    const endless = [`${HEAD}\n`, 'a'.repeat(5000), 'a'].map((text) => Buffer.from(text));
    assertRefuses(() => read(endless), 'REVOCATION_UNFIT', /line 2 has more than 4096 characters$/);
    assert.deepEqual(read([Buffer.from(`${HEAD}\n`)]), []);
  });

  test('is read once, and its octets are copied into one place that does not grow', () => {
    const grown = [2000, 20_000].map((count) => {
      const file = listOf(anyLines(count, 3));
      const [places, reader] = [new Set<ArrayBufferLike>(), new ListReader('list.csv')];
      let fed = 0;
      for (const chunk of cut(file, 4096, 1)) {
        fed += chunk.length;
        reader.feed(chunk);
        for (let line = reader.next(); line !== undefined; line = reader.next()) places.add(line.bytes.buffer);
      }
      assert.equal(fed, file.length);
      return Math.max(...[...places].map(({ byteLength }) => byteLength));
    });
    assert.ok(
      grown.every((octets) => octets <= 2 * (4096 + 128)),
      String(grown),
    );
  });
});

describe('a list that revokes each certificate once', () => {
  const distinct = (file: Buffer, thisUpdate = '2200-01-01T00:00:00Z') => {
    const chunks = () => cut(file, 500, 1);
    return read(chunks(), new DistinctReader(chunks, 'list.csv', notAfter(thisUpdate)));
  };
  const twice = (lines: readonly AnyLine[], expected: RegExp) =>
    assertRefuses(() => distinct(listOf(lines)), 'REVOCATION_UNFIT', expected);

  test('is read as it is', () => {
    const lines = anyLines(5000, 2);
    assert.deepEqual(distinct(listOf(lines)), lines);
  });

  test('is refused where a serial number comes again, in whatever case and with whatever zeros before it', () => {
    const lines = anyLines(5000, 2).map((line, index) => (index === 17 ? { ...line, serial: '00C8AB' } : line));
    twice([...lines, { ...(lines[0] as AnyLine), serial: 'c8ab' }], /line 5002: line 19 revokes c8ab too$/);
    twice([...lines, { ...(lines[0] as AnyLine), serial: '0000C8AB' }], /line 5002: line 19 revokes c8ab too$/);
  });

  test('is refused where something is revoked after the date of the CRL', () => {
    const [line] = anyLines(1, 4) as [AnyLine];
    const after = (at: string, thisUpdate: string) => () =>
      distinct(listOf([{ ...line, serial: '0a', at }]), thisUpdate);
    assert.equal(after(AT, AT)().length, 1);
    assertRefuses(
      after('2026-01-01T00:00:01Z', AT),
      'REVOCATION_UNFIT',
      /line 2: 0a is revoked on 2026-01-01T00:00:01Z, after the date of the CRL, 2026-01-01T00:00:00Z$/,
    );
  });
});
