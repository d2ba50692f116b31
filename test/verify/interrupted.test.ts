import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PATH } from '../../src/pack/layout.ts';
import { openPack } from '../../src/pack/pack-reader.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { cutAfter, firstLines } from '../forge/cut.ts';
import { forge } from '../forge/forge.ts';
import { MemorySource } from '../forge/memory-source.ts';

const forged = await forge();
const events = openPack(forged.source).events();

/** What lies in the folder when the program is killed after event `count` was committed. */
const cut = (count: number) => cutAfter(forged.files, events, count);
const whole = (path: string) => forged.files.get(path) as Uint8Array;
const upTo = (path: string, count: number) => firstLines(forged.files, path, count);

function verified(files: ReadonlyMap<string, Uint8Array>) {
  return verifyPack(new MemorySource(files), { ...forged.options, outcome: 'interrupted' }, forged.derive);
}

const UNSEALED = 'the ceremony was never sealed: there is no manifest, and nothing that hangs on it was checked';

describe('a ceremony that was killed', () => {
  it('verifies up to its last event, wherever that was', () => {
    for (let count = 1; count < events.length; count += 11) {
      const { findings, notRun } = verified(cut(count));
      assert.deepEqual(
        { findings, notRun },
        { findings: [], notRun: [] },
        `after event ${count} (${events[count - 1]?.type})`,
      );
    }
  });

  it('verifies with a line that was never committed', () => {
    const files = cut(100);
    files.set(PATH.events, upTo(PATH.events, 101));
    files.set(PATH.chain, whole(PATH.chain).subarray(0, upTo(PATH.chain, 100).length + 20));
    files.set('.incoming/7', Buffer.from('half'));
    files.set('statements/never.json', Buffer.from('{'));
    const { findings, notes } = verified(files);
    assert.deepEqual(findings, []);
    assert.deepEqual(notes.toSorted(), [
      '".incoming/7" was being written when the ceremony ended',
      '"statements/never.json" is not recorded: the ceremony ended before that',
      'chain.jsonl: 20 bytes follow the last line feed: that event was never committed',
      'events.jsonl: the last line was never committed',
      UNSEALED,
    ]);
  });

  it('verifies with the lines of a group of events of which some were committed', () => {
    const files = cut(100);
    files.set(PATH.events, Buffer.concat([upTo(PATH.events, 107), Buffer.from('{"at"')]));
    const { findings, notes } = verified(files);
    assert.deepEqual(findings, []);
    assert.deepEqual(notes.toSorted(), ['events.jsonl: the last 8 lines were never committed', UNSEALED]);
    assert.deepEqual(
      verifyPack(new MemorySource(files), { ...forged.options, outcome: 'complete' }, forged.derive)
        .findings.filter(({ check }) => check === 'CHAIN-COUNT')
        .map(({ message }) => message),
      ['107 events; chain.jsonl has 100 lines', '5 bytes follow the last line feed'],
    );
  });

  it('claims nothing of a seal that it has not, and says where the last signature ends', () => {
    const { findings, claims } = verified(cut(100));
    assert.deepEqual(findings, []);
    const said = new Map(claims.map(({ claim, status, detail }) => [claim, `${status}: ${detail}`]));
    assert.equal(
      said.get('the record is whole and in order'),
      'not shown: never sealed: there is no manifest, and no signature says where the record ends',
    );
    assert.match(said.get('the ledger follows from the record') ?? '', /^not shown: never sealed/);
    const signed = events.findLast((event) => event.seq <= 100 && event.type === 'approval');
    const proposal = signed?.type === 'approval' ? signed.proposal : 0;
    assert.match(
      said.get(`what happened after event ${proposal}`) ?? '',
      /^not shown: is covered by no signature: event \d+ \(proposed\) is the last that one covers, by alice/,
    );
    assert.match(
      said.get('script and plan were followed, step by step') ?? '',
      new RegExp(`^proven: .*; up to event ${proposal}, the last that a signature covers$`),
    );
  });

  it('proves nothing before anybody has signed anything', () => {
    const { claims } = verified(cut(12));
    assert.deepEqual(
      claims.filter(({ status }) => status === 'proven').map(({ claim }) => claim),
      ['the policy authority authorized script, site and roster'],
    );
    assert.ok(claims.some(({ claim, detail }) => claim === 'what happened' && detail === 'is covered by no signature'));
  });

  it('counts no step that ended after the last signature: people who were called signed the first event alone', () => {
    const called = events.findLast((event) => event.type === 'statement' && event.kind === 'presence')?.seq ?? 0;
    const { findings, claims } = verified(cut(called + 2));
    assert.deepEqual(findings, []);
    const claim = claims.find((one) => one.claim === 'script and plan were followed, step by step');
    assert.deepEqual(claim, {
      claim: 'script and plan were followed, step by step',
      status: 'not shown',
      detail: 'no step had ended by event 1, the last that a signature covers',
    });
    const statements = claims.find((one) => one.claim.startsWith('people with a token were present'));
    assert.equal(statements?.status, 'proven');
  });

  it('counts the steps that had ended by the last signature, and no more', () => {
    const count = events.findIndex((event) => event.type === 'intent');
    const proposal = events.findLast((event) => event.seq <= count && event.type === 'proposed')?.seq ?? 0;
    const ended = events.filter((event) => event.type === 'step' && event.phase !== 'begin' && event.seq <= proposal);
    const { claims } = verified(cut(count));
    assert.ok(ended.length > 5);
    assert.equal(
      claims.find((one) => one.claim === 'script and plan were followed, step by step')?.detail,
      `the plan was derived again and compared with every event of ${ended.length} steps; up to event ${proposal}, the last that a signature covers`,
    );
  });

  it('says that what the HSM did is not recorded, after an intent', () => {
    const intent = events.findIndex((event) => event.type === 'intent') + 1;
    const { findings, notes } = verified(cut(intent));
    assert.deepEqual(findings, []);
    assert.deepEqual(notes.toSorted(), [
      `event ${intent} is an intent without a result: what the HSM did is not recorded`,
      UNSEALED,
    ]);
  });

  it('is a finding unless it is named, and a chain line without its event is one in any case', () => {
    const files = cut(100);
    const { findings } = verifyPack(new MemorySource(files), forged.options, forged.derive);
    assert.deepEqual(
      [...new Set(findings.map((finding) => finding.check))],
      ['OUTCOME-EXPECTED', 'PACK-MISSING', 'SIGNATURE-MISSING', 'VIEW-REPORT'],
    );
    files.set(PATH.events, upTo(PATH.events, 99));
    assert.deepEqual(verified(files).findings, [
      { check: 'CHAIN-COUNT', where: 'events.jsonl', message: '99 events; chain.jsonl has 100 lines' },
    ]);
  });
});
