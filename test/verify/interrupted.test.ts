import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  approvalSignaturePath,
  approvalStatementPath,
  PATH,
  SEALED_PATHS,
  statementSignaturePath,
} from '../../src/pack/layout.ts';
import { openPack } from '../../src/pack/pack-reader.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { forge } from '../forge/forge.ts';
import { MemorySource } from '../forge/memory-source.ts';

const forged = await forge();
const events = openPack(forged.source).events();

/** What lies in the folder when the program is killed after event `count` was committed. */
function cut(count: number): Map<string, Uint8Array> {
  const kept = new Set<string>();
  for (const event of events.slice(0, count)) {
    if (event.type === 'file' && event.medium === null) kept.add(event.path);
    if (event.type === 'proposed') kept.add(approvalStatementPath(event.seq)).add(event.payload ?? '');
    if (event.type === 'approval') kept.add(approvalSignaturePath(event.proposal, event.seat));
    if (event.type === 'statement' && event.statement)
      kept.add(event.statement).add(statementSignaturePath(event.statement));
  }
  const files = new Map<string, Uint8Array>();
  for (const [path, bytes] of forged.files) {
    if (SEALED_PATHS.includes(path) || /^(signatures|views)\//.test(path)) continue;
    if (!/^(approvals|statements|certificates|crls|publish)\//.test(path) || kept.has(path)) files.set(path, bytes);
  }
  for (const path of [PATH.events, PATH.chain]) files.set(path, linesOf(path).subarray(0, lengthOf(path, count)));
  return files;
}

function linesOf(path: string): Uint8Array {
  return forged.files.get(path) as Uint8Array;
}

function lengthOf(path: string, count: number): number {
  let at = 0;
  for (let line = 0; line < count; line++) at = linesOf(path).indexOf(0x0a, at) + 1;
  return at;
}

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
    files.set(PATH.events, linesOf(PATH.events).subarray(0, lengthOf(PATH.events, 101)));
    files.set(PATH.chain, linesOf(PATH.chain).subarray(0, lengthOf(PATH.chain, 100) + 20));
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

  it('says that what the HSM did is not recorded, after an intent', () => {
    const intent = events.findIndex((event) => event.type === 'intent') + 1;
    const { findings, notes } = verified(cut(intent));
    assert.deepEqual(findings, []);
    assert.deepEqual(notes.toSorted(), [
      `event ${intent} is an intent without a result: what the HSM did is not recorded`,
      UNSEALED,
    ]);
  });

  it('is a finding unless it is named, and two lines too many are one in any case', () => {
    const files = cut(100);
    const { findings } = verifyPack(new MemorySource(files), forged.options, forged.derive);
    assert.deepEqual(
      [...new Set(findings.map((finding) => finding.check))],
      ['OUTCOME-EXPECTED', 'PACK-MISSING', 'SIGNATURE-MISSING', 'VIEW-REPORT'],
    );
    files.set(PATH.events, linesOf(PATH.events).subarray(0, lengthOf(PATH.events, 102)));
    assert.deepEqual(verified(files).findings, [
      { check: 'CHAIN-COUNT', where: 'events.jsonl', message: '102 events; chain.jsonl has 100 lines' },
    ]);
  });
});
