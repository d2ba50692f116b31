import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readCast } from '../../src/rehearsal/cast.ts';
import { answerQuestion, type Knowledge } from '../../src/rehearsal/people.ts';
import { bagsOf } from '../../src/rehearsal/things.ts';
import { CAST } from './set-stage.ts';

const cast = readCast({
  ...CAST,
  materials: {
    hsm: { kind: 'hsm', sealed: true, each: null, copies: 1 },
    laptop: { kind: 'computer', sealed: true, each: null, copies: 1 },
  },
});

describe('the bags of a ceremony after others', () => {
  test('are those of the register, else new ones: never one that an earlier ceremony opened', () => {
    const register = [
      { unit: 'hsm', kind: 'hsm', make: null, serial: null, place: 'safe', state: 'sealed', bag: 'R0000003' },
    ];
    const arrive = (used: readonly string[]) => [...bagsOf(cast, [], register as never, new Set(used))];
    assert.deepEqual(arrive([]), [
      ['hsm', 'R0000003'],
      ['laptop', 'R0000001'],
    ]);
    assert.deepEqual(arrive(['R0000001', 'R0000002']), [
      ['hsm', 'R0000003'],
      ['laptop', 'R0000004'],
    ]);
  });

  test('into which things are put are none that was used before', () => {
    const bags = new Map([['hsm', 'R0005001']]);
    const knowledge = { bags, usedBags: new Set(['R0005002', 'R0005001']) } as unknown as Knowledge;
    const put = (subject: string) => answerQuestion({ kind: 'new-bag', subject }, knowledge);
    assert.deepEqual([put('hsm'), put('inbox')], ['R0005003', 'R0005004']);
    assert.equal(bags.get('hsm'), 'R0005003');
  });
});
