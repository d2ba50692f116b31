import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hierarchyProblems } from '../../src/plan/hierarchy.ts';
import { type Read, readMembers, withNeighbours } from '../../src/plan/hierarchy-facts.ts';
import { many } from './many-members.ts';

/** What two members may have in common, said without an index. */
function share(one: Read, other: Read): boolean {
  return (
    one.comparedSubject === other.comparedSubject ||
    one.key === other.key ||
    (one.keyIdentifier !== null && one.keyIdentifier === other.keyIdentifier) ||
    (one.signer !== undefined && one.signer === other.signer && one.serial !== null && one.serial === other.serial) ||
    one.files.some((file) => other.files.includes(file))
  );
}

const pairs = (members: readonly Read[]) =>
  [...withNeighbours(members)].flatMap(([member, before]) => before.map((other) => [other.name, member.name]));

describe('the members of a hierarchy that have something in common', () => {
  test('are none of a thousand that have nothing in common: each is held to none of the others', async () => {
    const members = await many(1000);
    assert.deepEqual(pairs(readMembers(members)), []);
    assert.deepEqual(hierarchyProblems(members), []);
  });

  test('are found among a thousand, and no others', async () => {
    const members = await many(1000, (at) => (at === 900 ? { serial: 'serial 17' } : {}));
    assert.deepEqual(pairs(readMembers(members)), [['ca-17', 'ca-900']]);
    assert.deepEqual(
      hierarchyProblems(members).map(({ message }) => message),
      ['"ca-900" has the serial number of "ca-17" (serial 17)'],
    );
  });

  test('are those that comparing each with each finds, in their order', async () => {
    // Few values for many members: nearly every combination of what is the same occurs.
    const few = (at: number, by: number, values: number) => (at * by + (at >> 3)) % values;
    const members = readMembers(
      await many(120, (at) => ({
        key: `key ${few(at, 7, 41)}`,
        keyIdentifier: at % 5 === 0 ? null : `id ${few(at, 11, 43)}`,
        serial: at % 7 === 0 ? null : `serial ${few(at, 13, 37)}`,
        issuer: at % 3 === 0 ? 'root' : at % 3 === 1 ? `ca-${at}` : null,
        out: at % 4 === 0 ? null : `file-${few(at, 5, 47)}.crt`,
      })),
    );
    const expected = members.flatMap((member, at) =>
      members
        .slice(0, at)
        .filter((other) => share(member, other))
        .map((other) => [other.name, member.name]),
    );
    assert.ok(expected.length > 300, `${expected.length} pairs`);
    assert.deepEqual(pairs(members), expected);
  });
});
