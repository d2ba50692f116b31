import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { kindOf } from '../../src/pack/layout.ts';
import { openPack } from '../../src/pack/pack-reader.ts';
import { assertRefuses } from '../der/refusal.ts';
import { forge } from '../forge/forge.ts';
import { MemorySource } from '../forge/memory-source.ts';

const pack = (files: Record<string, string>) =>
  openPack(new MemorySource(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]))));

describe('pack reader', () => {
  it('reads a whole pack', async () => {
    const forged = await forge();
    const whole = openPack(forged.source);
    const events = whole.events();
    assert.equal(events.length, whole.manifest().events);
    assert.equal(whole.head(), whole.manifest().head);
    assert.equal(whole.ceremony(), whole.manifest().ceremony);
    assert.equal(whole.roster().digest, whole.authorization().roster);
    assert.equal(whole.people().get('alice')?.name, 'alice Test');
    assert.equal(whole.ledger().keys[0]?.name, 'root');
    assert.equal(whole.plan()['type'], 'quorate/plan/1');
    const proposed = events.find((event) => event.type === 'proposed');
    assert.deepEqual([...whole.approvals(proposed?.seq ?? 0).keys()], ['alice', 'bob', 'carol', 'dave', 'erin']);
    for (const path of whole.paths) assert.ok(kindOf(path), `the format knows no "${path}"`);
  });

  it('says what is missing, and each time', () => {
    const empty = pack({});
    for (let times = 0; times < 2; times++)
      assertRefuses(() => empty.manifest(), 'FILE_MISSING', 'the pack has no "manifest.json"');
    assert.equal(empty.file('manifest.json'), undefined);
    assert.equal(empty.digest('manifest.json'), undefined);
    assertRefuses(() => pack({ 'events.jsonl': '' }).ceremony(), 'TRANSCRIPT_BROKEN', 'events.jsonl has no line');
  });

  it('keeps good lines apart from bad ones, and knows a withheld one', () => {
    const good = `{"at":"2027-03-10T09:00:00Z","salt":"${'0'.repeat(32)}","seq":1,"type":"act"}`;
    const lines = pack({ 'events.jsonl': `${good}\n\nnonsense\n{"seq":4}` });
    const [first, second, third] = lines.eventLines();
    assert.equal(first?.event?.type, 'act');
    assert.deepEqual([second?.event, second?.problem], [undefined, undefined]);
    assert.equal(third?.problem?.message, 'event line 3 is not UTF-8 JSON');
    assert.equal(lines.eventLines().length, 3);
    assert.equal(Buffer.from(lines.tail('events.jsonl')).toString(), '{"seq":4}');
    assert.equal(lines.ceremony(), sha256(good));
    assertRefuses(() => lines.events(), 'JSON_NOT_CANONICAL', 'event line 3 is not UTF-8 JSON');
  });

  it('gives the approvals of one proposal and not of another that begins like it', () => {
    const approvals = pack({
      'approvals/1-alice.p7s': 'a',
      'approvals/11-bob.p7s': 'b',
      'approvals/1-2-carol.p7s': 'c',
    }).approvals(1);
    assert.deepEqual([...approvals.keys()], ['2-carol', 'alice']);
  });

  const refusedPeople: readonly (readonly [string, string, 'PACK_UNREADABLE' | 'JSON_NOT_CANONICAL', RegExp])[] = [
    [
      'a name with a hidden character',
      '{"people":{"a":{"name":"x\u200b","organisation":""}},"type":"quorate/people/1"}',
      'PACK_UNREADABLE',
      /people\.a: "name" holds a character that U\+200B is invisible/,
    ],
    [
      'two lines',
      '{"people":{"a":{"name":"x\\ny","organisation":""}},"type":"quorate/people/1"}',
      'PACK_UNREADABLE',
      /"name" has more than one line/,
    ],
    [
      'no seat',
      '{"people":{"A":{"name":"x","organisation":""}},"type":"quorate/people/1"}',
      'PACK_UNREADABLE',
      /people\.A is no seat/,
    ],
    ['no JSON', '', 'JSON_NOT_CANONICAL', /people\.json is not UTF-8 JSON/],
  ];
  for (const [what, text, code, message] of refusedPeople) {
    it(`refuses people.json with ${what}`, () =>
      assertRefuses(() => pack({ 'people.json': text }).people(), code, message));
  }

  const unknown = [
    '../x',
    '/etc/passwd',
    'script.yaml/x',
    'approvals/0.json',
    'approvals/01.json',
    'roster/Alice.pem',
    '.incoming/1',
    'addenda/x',
    'certificates/-x.crt',
    'views/other.pdf',
    'x\ny',
  ];
  for (const path of unknown) it(`knows no ${JSON.stringify(path)}`, () => assert.equal(kindOf(path), undefined));
});
