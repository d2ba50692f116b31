import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { subjectOf } from '../../src/pki/name.ts';
import { approvalScreen, descriptorScreen } from '../../src/quorum/approval-screen.ts';
import { describeOperation, type Operation, readDescriptor } from '../../src/quorum/operation.ts';
import { bytesOf, MOST_SIGNED_AT_ONCE, signaturesIn, toBeSigned } from '../../src/quorum/sign-list.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { assertRefuses } from '../der/refusal.ts';
import { profileOf, SCRIPTED } from '../pki/fixtures.ts';
import { listedOut, listedTbs, listOf } from './listed.ts';

const expires = '2027-03-01T10:00:00Z';
const shown = (all: readonly Uint8Array[]) => {
  const { operation, payload } = listOf(all);
  return approvalScreen({ descriptor: describeOperation(operation), payload, expires });
};

describe('the descriptor of a list', () => {
  const { operation } = listOf([listedTbs(0), listedTbs(1), listedTbs(2)]);
  const read = (change: object) =>
    readDescriptor(canonicalBytes({ type: 'quorate/operation/1', ...operation, ...change } as never));
  const [first, second, third] = operation.items as [
    (typeof operation.items)[0],
    (typeof operation.items)[0],
    (typeof operation.items)[0],
  ];
  const where = 'the operation descriptor';

  test('refuses what is no list of certificates', () => {
    const cases: readonly (readonly [change: object, message: string | RegExp])[] = [
      [{ items: [] }, `${where}: "items" has 0, expected 1 to ${MOST_SIGNED_AT_ONCE}`],
      [{ items: [first, third, second] }, /"items" has "device-0001\.crt" behind "device-0002\.crt"/],
      [{ items: [first, first, third] }, /"items" has "device-0000\.crt" behind "device-0000\.crt"/],
      [{ items: [first, second] }, /^the operation descriptor: the sizes of the items add up to \d+ bytes; the/],
      [{ kind: 'crl' }, `${where} "kind" is "crl", expected certificate`],
      [{ kind: 'request' }, `${where} "kind" is "request", expected certificate`],
      [{ out: 'a.crt' }, `${where} has an unknown member "out"`],
      [{ items: [{ ...first, more: 1 }, second, third] }, `${where}: items[0] has an unknown member "more"`],
      [
        { items: [{ ...first, out: '../a' }, second, third] },
        /^the operation descriptor: items\[0\] "out" is "\.\.\/a"/,
      ],
      [
        { items: [first, { ...second, payload: { ...second.payload, size: 0 } }, third] },
        /^the operation descriptor: items\[1\]: payload "size" is 0/,
      ],
    ];
    for (const [change, message] of cases) assertRefuses(() => read(change), 'DESCRIPTOR_INVALID', message);
  });

  test('has at most 1000', () => {
    const of = (count: number) => {
      const items = Array.from({ length: count }, (_, index) => ({ out: listedOut(index), payload: first.payload }));
      return { items, payload: { ...operation.payload, size: count * first.payload.size } };
    };
    assert.equal(MOST_SIGNED_AT_ONCE, 1000);
    assert.equal((read(of(1000)).operation as typeof operation).items.length, 1000);
    assertRefuses(() => read(of(1001)), 'DESCRIPTOR_INVALID', `${where}: "items" has 1001, expected 1 to 1000`);
  });

  test('has another digest when two items change places or one changes its bytes', () => {
    const swapped = [{ ...first, payload: second.payload }, { ...second, payload: first.payload }, third];
    const digests = [operation, { ...operation, items: swapped } as Operation].map(
      (one) => describeOperation(one).digest,
    );
    assert.equal(new Set(digests).size, 2);
  });
});

describe('what an operation has signed', () => {
  const all = [listedTbs(0), listedTbs(1), listedTbs(2)];
  const { operation, payload } = listOf(all);

  test('is each item with its own bytes and its own signature', () => {
    const items = toBeSigned(operation);
    assert.deepEqual(
      items.map(({ index, out, kind, key, mechanism }) => [index, out, kind, key, mechanism]),
      [0, 1, 2].map((index) => [index, listedOut(index), 'certificate', operation.key, 'ecdsa-sha384']),
    );
    assert.deepEqual(
      items.map((one) => Buffer.from(bytesOf(one, payload))),
      all,
    );
    const signatures = ['AQ==', 'Ag==', 'Aw=='];
    assert.deepEqual(
      signaturesIn(operation, { signatures }),
      [1, 2, 3].map((one) => Buffer.of(one)),
    );
    assert.deepEqual(signaturesIn(operation, { signatures: ['AQ==', 7] }), [Buffer.of(1), undefined, undefined]);
    assert.deepEqual(signaturesIn(operation, { signatures: 'AQ==' }), [undefined, undefined, undefined]);
  });

  test('is one thing where it is no list, and nothing for an operation that signs no document', () => {
    const { key, mechanism, hsm } = operation;
    const common = { hsm, step: 's', index: 0, hold: null };
    const tbs = all[1] as Buffer;
    const named = { sha256: sha256(tbs), size: tbs.length };
    const alone: Operation = { ...common, op: 'sign', key, mechanism, kind: 'crl', payload: named, out: 'a.crl' };
    assert.deepEqual(toBeSigned(alone), [
      { index: 0, key, mechanism, kind: 'crl', out: 'a.crl', payload: named, at: 0 },
    ]);
    assert.deepEqual(signaturesIn(alone, { signature: 'AQ==' }), [Buffer.of(1)]);
    assert.deepEqual(signaturesIn(alone, { signatures: ['AQ=='] }), [undefined]);
    assert.deepEqual(toBeSigned({ ...common, op: 'prove-key', key, mechanism }), []);
  });

  test('is refused where an item names other bytes', () => {
    const other = Buffer.from(payload);
    const at = all[0]?.length ?? 0;
    other[at + 40] = (other[at + 40] ?? 0) ^ 1;
    const [, second, third] = toBeSigned(operation);
    assert.ok(second && third);
    assertRefuses(() => bytesOf(second, other), 'PAYLOAD_DIGEST', /^item 2, "device-0001\.crt": its \d+ bytes in the/);
    assert.deepEqual(Buffer.from(bytesOf(third, other)), all[2]);
    assertRefuses(() => bytesOf(third, payload.subarray(0, -1)), 'PAYLOAD_DIGEST', /^item 3, /);
  });
});

describe('the screen of a list', () => {
  test('says what all have once, and of each its file and what it has of its own', () => {
    const all = [listedTbs(0), listedTbs(1), listedTbs(2)];
    const rows = shown(all);
    assert.ok(rows.every((row) => row.length <= 80));
    assert.equal(rows[1], 'OPERATION   sign 3 certificates');
    assert.ok(rows.includes(`files       3, ${Buffer.concat(all).length} bytes to be signed in all`));
    const common = rows.slice(rows.indexOf('WHAT ALL OF THEM HAVE'), rows.indexOf('WHAT EACH OF THEM HAS'));
    const each = rows.slice(rows.indexOf('WHAT EACH OF THEM HAS'));
    for (const row of ['    basicConstraints (2.5.29.19), critical', '      CA                    yes'])
      assert.ok(common.includes(row) && !each.includes(row), row);
    for (const [index, tbs] of all.entries()) {
      const digest = (sha256(tbs).slice(0, 16).match(/.{4}/g) ?? []).join(' ');
      const at = each.indexOf(`${String(index + 1).padStart(4)} of 3  ${listedOut(index)}, ${tbs.length} bytes`);
      assert.ok(at > 0, each.join('\n'));
      const own = each.slice(at, each.indexOf('', at));
      assert.equal(own[1], `      SHA-256 to be signed ${digest} …`);
      const text = own.join('\n');
      for (const has of ['Serial number ', 'Not before ', 'Not after ', `"Device ${index}"`, 'SHA-256 of the key'])
        assert.ok(text.includes(has), `${has} in\n${text}`);
      assert.ok(text.includes('  Subject\n    countryName'), text);
    }
    assert.equal(rows[3], `expires     ${expires}`);
  });

  test('hides nothing of one that differs from the others', () => {
    const profile = profileOf('private-service-ca', SCRIPTED['private-service-ca']);
    const odd = listedTbs(1, { profile, subject: subjectOf({ C: 'US', O: 'Example Org', CN: 'Odd' }) });
    const rows = shown([listedTbs(0), odd, listedTbs(2)]);
    // Every row of it is somewhere, but the two that are said in another way.
    const saidOtherwise = /^ {2}SHA-256 to be signed|^ {4}key bytes|^ {28}/;
    for (const row of renderDocument(odd)) if (!saidOtherwise.test(row)) assert.ok(rows.includes(row), row);
    const [, , second = []] = rows
      .join('\n')
      .split(/\n(?= *\d of 3 )/)
      .map((part) => part.split('\n'));
    const permitted = second.findIndex((row) => row.includes('nameConstraints'));
    assert.ok(permitted > second.indexOf('  Extensions'), second.join('\n'));
    assert.ok(second.some((row) => row.includes('svc.example.com')));
  });

  test('where two differ in the order of what they have, each is shown whole', () => {
    const first = listedTbs(0);
    const rows = shown([first, reordered(listedTbs(1))]);
    assert.ok(!rows.includes('WHAT ALL OF THEM HAVE'));
    assert.equal(rows.filter((row) => row === '    basicConstraints (2.5.29.19), critical').length, 2);
  });

  test('without the bytes, the digest of each item stands there', () => {
    const { operation } = listOf([listedTbs(0), listedTbs(1)]);
    const rows = descriptorScreen(describeOperation(operation));
    for (const { payload } of operation.items) assert.ok(rows.includes(`      SHA-256 ${payload.sha256}`));
  });

  test('bytes that are not what an item names are not shown', () => {
    const { operation, payload } = listOf([listedTbs(0), listedTbs(1)]);
    payload[60] = (payload[60] ?? 0) ^ 1;
    const descriptor = describeOperation(operation);
    assertRefuses(() => approvalScreen({ descriptor, payload, expires }), 'PAYLOAD_DIGEST', /^item 1, /);
  });
});

/** The same certificate with its first two extensions exchanged. */
function reordered(tbs: Buffer): Buffer {
  const head = tbs.lastIndexOf(Buffer.from('a3', 'hex'), tbs.indexOf(Buffer.from('0603551d', 'hex')));
  const list = tbs.subarray(tbs.indexOf(Buffer.from('0603551d', 'hex'), head) - 2);
  const length = (at: number) => 2 + (list[at + 1] ?? 0);
  const [one, two] = [length(0), length(length(0))];
  const swapped = Buffer.concat([list.subarray(one, one + two), list.subarray(0, one), list.subarray(one + two)]);
  return Buffer.concat([tbs.subarray(0, tbs.length - list.length), swapped]);
}
