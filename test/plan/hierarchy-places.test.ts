import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Read, readMembers } from '../../src/plan/hierarchy-facts.ts';
import { Siblings } from '../../src/plan/hierarchy-places.ts';
import { many } from './many-members.ts';

/** Adds one after the other, and counts how often the places of any are looked at. */
function walk(members: readonly Read[]): { readonly looks: number; readonly messages: readonly string[] } {
  let looks = 0;
  const siblings = new Siblings();
  const messages = members.flatMap((member) => {
    const { urls } = member;
    const watched = Object.defineProperty({ ...member }, 'urls', {
      get: () => {
        looks += 1;
        return urls;
      },
    });
    const faults = siblings.faults(watched);
    siblings.add(watched);
    return faults.map(({ message }) => message);
  });
  return { looks, messages };
}

test('a thousand CAs of one issuer that name the same places are looked at once each, not once for each pair', async () => {
  const { looks, messages } = walk(readMembers(await many(1000)));
  assert.deepEqual(messages, []);
  assert.ok(looks > 1000 && looks < 10_000, `${looks} looks`);
});

test('one that names another place is held to each of those before it', async () => {
  const members = readMembers(await many(5)).map((member, at) =>
    at === 4 ? { ...member, urls: { ...member.urls, crl: '"http://elsewhere.example.com/"' } } : member,
  );
  const { messages } = walk(members);
  assert.deepEqual(
    messages,
    ['ca-1', 'ca-2', 'ca-3'].map(
      (other) =>
        `names the CRL "http://elsewhere.example.com/", and "${other}" of the same issuer names "http://pki.example.com/root.crl"`,
    ),
  );
});

test('the certificate of the issuer lies at one place too', async () => {
  const members = readMembers(await many(4)).map((member, at) =>
    at === 3 ? { ...member, urls: { ...member.urls, 'CA certificate': '"http://elsewhere.example.com/"' } } : member,
  );
  assert.deepEqual(
    walk(members).messages,
    ['ca-1', 'ca-2'].map(
      (other) =>
        `names the CA certificate "http://elsewhere.example.com/", and "${other}" of the same issuer names "http://pki.example.com/root.crt"`,
    ),
  );
});
