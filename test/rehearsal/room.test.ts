import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Person } from '../../src/rehearsal/cast.ts';
import { asSeated } from '../../src/rehearsal/cast.ts';
import { personalityNamed } from '../../src/rehearsal/personalities.ts';
import { asInRoom, playedIn, type Room, type RoomToken } from '../../src/rehearsal/room.ts';

const LUNA: RoomToken = {
  model: 'Luna K7',
  label: 'ROOT-G1',
  serial: '4711',
  means: 'device-quorum',
  quorum: { devices: 'black PED keys', need: 2, of: 7 },
  behavesAs: 'luna-7',
};

const room = (...tokens: readonly RoomToken[]): Room => ({
  ...{ site: 'site.yaml', place: 'Vault B', people: new Map(), bags: new Map(), materials: {}, inputs: new Map() },
  ...{ modules: [], sheets: [] },
  tokens: new Map(tokens.map((token, index) => [`hsm-${index}`, token])),
});

describe('what a rehearsal plays of a site', () => {
  test('is what all of its HSMs behave as, where that is played and unlocked so', () => {
    assert.equal(playedIn(room(LUNA, LUNA)), 'luna-7');
    assert.equal(playedIn(room(LUNA, { ...LUNA, behavesAs: 'nshield' })), undefined);
    assert.equal(playedIn(room(LUNA, { ...LUNA, behavesAs: null })), undefined);
    assert.equal(playedIn(room({ ...LUNA, behavesAs: 'abacus' })), undefined);
    assert.equal(playedIn(room({ ...LUNA, means: 'shares', quorum: null })), undefined);
    assert.equal(playedIn(room()), undefined);
  });

  test('has as many present what the device asks for as the site says', () => {
    const { activation } = asInRoom(personalityNamed('luna-7'), LUNA);
    assert.deepEqual(activation, { means: 'device-quorum', login: 'null-pin', ...LUNA.quorum });
    assert.deepEqual(asInRoom(personalityNamed('yubihsm'), LUNA), personalityNamed('yubihsm'));
    assert.deepEqual(asInRoom(personalityNamed('luna-7'), undefined), personalityNamed('luna-7'));
  });

  test('seats those first whom it names: of the roster, in the place of somebody made up, or in addition', () => {
    const person = (seat: string, role: string): Person => {
      return { seat, role, name: `${seat} Rehearsal`, organisation: 'Example Org', evidence: 'paper' };
    };
    const people = [person('alice', 'witness'), person('bob', 'witness'), person('auditor-1', 'auditor')];
    const seats = new Map([
      ['witness', ['bob', 'zoe']],
      ['auditor', ['ivo']],
      ['crypto-officer', ['carol']],
    ]);
    const seated = asSeated(people, seats, new Set(['alice', 'bob']));
    assert.deepEqual(
      seated.map(({ seat, role, evidence }) => [seat, role, evidence]),
      [
        ['bob', 'witness', 'paper'],
        ['zoe', 'witness', 'paper'],
        ['ivo', 'auditor', 'paper'],
        ['carol', 'crypto-officer', 'token'],
        ['alice', 'witness', 'paper'],
      ],
    );
    assert.equal(new Set(seated.map(({ name }) => name)).size, seated.length);
  });
});
