import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { type Link, linkEvent, readChainLine, readEventLine, splitLines } from '../../src/transcript/chain.ts';
import type { AbortEvent, EventData } from '../../src/transcript/event.ts';
import { assertRefuses } from '../der/refusal.ts';

const STAMP = { seq: 1, at: '2027-03-01T09:00:00Z', salt: '00112233445566778899aabbccddeeff' };
const ABORT: AbortEvent = { type: 'abort', step: 'clock', code: 'CLOCK_OFFSET', message: 'zwölf' };

describe('linking an event', () => {
  const link = linkEvent(ABORT, STAMP, NO_DIGEST);

  test('gives exactly these lines', () => {
    assert.equal(
      link.eventLine,
      '{"at":"2027-03-01T09:00:00Z","code":"CLOCK_OFFSET","message":"zwölf","salt":"00112233445566778899aabbccddeeff","seq":1,"step":"clock","type":"abort"}',
    );
    assert.equal(
      link.chainLine,
      `{"leaf":"b07d2e1d","level":"public","prev":"${NO_DIGEST}","seq":1}`.replace('b07d2e1d', sha256(link.eventLine)),
    );
    assert.equal(link.head, sha256(link.chainLine));
    assert.deepEqual(link.event, { ...ABORT, ...STAMP });
  });

  test('the stamp is the recorder’s, whatever an event brings along', () => {
    const forged = { ...ABORT, seq: 7, at: '1999-01-01T00:00:00Z', salt: '' } as EventData;
    assert.deepEqual(linkEvent(forged, STAMP, NO_DIGEST).event, link.event);
  });

  test('the salt, the time, the place and the data are all under the head', () => {
    const heads = [
      link,
      linkEvent(ABORT, { ...STAMP, salt: 'ff'.repeat(16) }, NO_DIGEST),
      linkEvent(ABORT, { ...STAMP, at: '2027-03-01T09:00:01Z' }, NO_DIGEST),
      linkEvent(ABORT, { ...STAMP, seq: 2 }, NO_DIGEST),
      linkEvent({ ...ABORT, message: 'zwoelf' }, STAMP, NO_DIGEST),
      linkEvent(ABORT, STAMP, sha256('before')),
    ].map(({ head }) => head);
    assert.equal(new Set(heads).size, heads.length);
  });
});

/** A transcript of many events, some with lines that other readers would split elsewhere. */
function transcript(length: number): {
  readonly links: readonly Link[];
  readonly events: string;
  readonly chain: string;
} {
  const links: Link[] = [];
  for (let seq = 1; seq <= length; seq++) {
    const data: EventData = { ...ABORT, message: `line ${seq} \u2028 \u2029 \u0085 \r\n ende` };
    links.push(
      linkEvent(data, { ...STAMP, seq, salt: sha256(String(seq)).slice(0, 32) }, links.at(-1)?.head ?? NO_DIGEST),
    );
  }
  const join = (line: (link: Link) => string) => links.map((link) => `${line(link)}\n`).join('');
  return { links, events: join((link) => link.eventLine), chain: join((link) => link.chainLine) };
}

test('a shell with sha256sum checks a whole transcript', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-chain-'));
  try {
    const { links, events, chain } = transcript(60);
    writeFileSync(join(folder, 'events.jsonl'), events);
    writeFileSync(join(folder, 'chain.jsonl'), chain);
    const loop = `
      prev=${NO_DIGEST}; seq=0
      exec 3<events.jsonl
      while IFS= read -r line; do
        IFS= read -r event <&3 || exit 1
        seq=$((seq + 1))
        leaf=$(printf '%s' "$event" | sha256sum | cut -c1-64)
        [ "$line" = "{\\"leaf\\":\\"$leaf\\",\\"level\\":\\"public\\",\\"prev\\":\\"$prev\\",\\"seq\\":$seq}" ] || { echo "line $seq"; exit 1; }
        prev=$(printf '%s' "$line" | sha256sum | cut -c1-64)
      done <chain.jsonl
      printf '%s %s' "$seq" "$prev"`;
    const shell = () => execFileSync('/bin/sh', ['-c', loop], { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    assert.equal(shell(), `60 ${links.at(-1)?.head}`);
    writeFileSync(join(folder, 'events.jsonl'), events.replace('line 31 ', 'line 32 '));
    assert.throws(shell, (error: { stdout?: unknown }) => String(error.stdout) === 'line 31\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe('splitting lines', () => {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');

  test('at line feeds only: what JavaScript and Python take for a line end stays inside', () => {
    const { links, events } = transcript(3);
    const { lines, tail } = splitLines(Buffer.from(events));
    assert.deepEqual(
      lines.map(text),
      links.map(({ eventLine }) => eventLine),
    );
    assert.equal(tail.length, 0);
  });

  const cases: readonly (readonly [name: string, bytes: string, lines: readonly string[], tail: string])[] = [
    ['nothing', '', [], ''],
    ['one line feed: a withheld event', '\n', [''], ''],
    ['an empty line between two', 'a\n\nb\n', ['a', '', 'b'], ''],
    ['a last line that was not finished', 'a\nb', ['a'], 'b'],
    ['a file without a line feed', 'a', [], 'a'],
    ['a carriage return is part of its line', 'a\r\nb\r', ['a\r'], 'b\r'],
  ];
  for (const [name, bytes, lines, tail] of cases) {
    test(name, () => {
      const split = splitLines(Buffer.from(bytes));
      assert.deepEqual([split.lines.map(text), text(split.tail)], [lines, tail]);
    });
  }
});

describe('reading a chain line', () => {
  const whole = { leaf: sha256('leaf'), level: 'restricted', prev: sha256('prev'), seq: 3 };
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

  test('gives its four members', () => {
    assert.deepEqual(readChainLine(bytes(whole), 3), whole);
  });

  const members = 'chain line 3 does not have exactly the members leaf, level, prev, seq, two of them digests';
  const { seq: _, ...withoutSeq } = whole;
  for (const wrong of [
    { ...whole, time: 1 },
    withoutSeq,
    { ...whole, leaf: 1 },
    { ...whole, leaf: 'abc' },
    { ...whole, prev: sha256('prev').toUpperCase() },
    { ...whole, level: 'secret' },
    { ...whole, seq: '3' },
  ]) {
    test(`refuses ${JSON.stringify(wrong).slice(0, 90)}`, () => {
      const sorted = Object.fromEntries(Object.entries(wrong).sort(([a], [b]) => (a < b ? -1 : 1)));
      assertRefuses(() => readChainLine(bytes(sorted), 3), 'TRANSCRIPT_BROKEN', members);
    });
  }

  test('refuses what is not canonical', () => {
    assertRefuses(
      () => readChainLine(bytes(Object.fromEntries(Object.entries(whole).reverse())), 3),
      'JSON_NOT_CANONICAL',
      'chain line 3 is JSON, but not in canonical form (RFC 8785)',
    );
  });
});

describe('reading an event line', () => {
  const { eventLine, event } = linkEvent(ABORT, STAMP, NO_DIGEST);
  const read = (text: string) => readEventLine(Buffer.from(text), 4);

  test('gives the event', () => assert.deepEqual(read(eventLine), event));

  const cases: readonly (readonly [from: string, to: string, message: string])[] = [
    ['"type":"abort"', '"type":"remark"', 'event line 4 has the type "remark"'],
    ['"type":"abort"', '"type":"constructor"', 'event line 4 has the type "constructor"'],
    ['"type":"abort"', '"type":null', 'event line 4 has the type null'],
    [',"type":"abort"', '', 'event line 4 has the type null'],
    ['T09:00:00Z', 'T09:00:00.5Z', 'event line 4 has no time in UTC and whole seconds'],
    ['T09:00:00Z', 'T09:00:00+00:00', 'event line 4 has no time in UTC and whole seconds'],
    ['"at":"2027-03-01T09:00:00Z",', '', 'event line 4 has no time in UTC and whole seconds'],
    ['ddeeff"', 'ddee"', 'event line 4 has no salt of 32 hexadecimal digits'],
    ['ddeeff"', 'DDEEFF"', 'event line 4 has no salt of 32 hexadecimal digits'],
    ['"salt":"00112233445566778899aabbccddeeff"', '"salt":16', 'event line 4 has no salt of 32 hexadecimal digits'],
  ];
  for (const [from, to, message] of cases) {
    test(`refuses ${to || `no ${from}`}`, () =>
      assertRefuses(() => read(eventLine.replace(from, to)), 'TRANSCRIPT_BROKEN', message));
  }

  test('refuses what is not canonical, not UTF-8, or nothing', () => {
    const damaged = Buffer.from(eventLine);
    damaged[damaged.indexOf('z')] = 0xff;
    for (const bytes of [Buffer.from(` ${eventLine}`), damaged, Buffer.alloc(0), Buffer.from('[]')]) {
      assertRefuses(() => readEventLine(bytes, 4), 'JSON_NOT_CANONICAL', /^event line 4 is /);
    }
  });
});
