import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { renderBook } from '../../src/paper/book.ts';
import type { BookInput } from '../../src/paper/book-input.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { look, type Seen } from '../report/fixture/pdf.ts';
import { bookInput, read } from './printed.ts';

const SHEETED = [
  ['operations: [hsm-empty, root-key] }', 'operations: [hsm-empty, root-key], sheet: printed }'],
  ['operations: [root-certificate, first-crl] }', 'operations: [root-certificate, first-crl], sheet: printed }'],
] as const;

/** Of no roster, and of step types that collect their approvals themselves, nothing stands on a sheet. */
test('every step type whose operation is approved says what stands on its sheet', () => {
  const lacking = [...STEP_TYPES.values()].filter(
    (type) => type.operation !== undefined && !type.proposesItself && type.sheet === undefined,
  );
  assert.deepEqual(
    lacking.map(({ name }) => name),
    [],
  );
});

describe('sheets of what is approved', () => {
  let seen: Seen;
  let pages: readonly string[];
  before(async () => {
    seen = look(await renderBook(bookInput({ script: SHEETED })));
    pages = seen.pages
      .map(read)
      .filter((page) => page.includes('before anybody approves: what is printed is compared'));
  });
  const pageOf = (id: string): string => {
    const found = pages.filter((page) => page.includes(`${id}: `));
    assert.equal(found.length, 1, id);
    return found[0] ?? '';
  };

  test('each operation has one page, in the order of the script, and the contents lead there', () => {
    const titles = pages.map((page) =>
      /(\d+ [a-z-]+): ([a-z-]+) Filled in during step (\d+ [a-z-]+),/.exec(page)?.slice(1),
    );
    assert.deepEqual(titles, [
      ['10 hsm-empty', 'inventory', '9 key-agreed'],
      ['11 root-key', 'generate-key', '9 key-agreed'],
      ['14 root-certificate', 'sign', '13 cert-agreed'],
      ['15 first-crl', 'sign', '13 cert-agreed'],
    ]);
    assert.match(read(seen.pages[0] ?? ''), /Sheets of what is approved \d+/);
    const rows = seen.pages
      .map(read)
      .filter((page) => page.includes('Each operation has a sheet at the end of this book.'));
    assert.ok(rows.length >= 1);
  });

  test('what is fixed by now is printed, and what is known only at the table has boxes', () => {
    const certificate = pageOf('root-certificate');
    for (const expected of [
      'CN REHEARSAL Example Root CA G1',
      'issuer the same name',
      'not after not-before plus 10 years minus 1 second',
      'key root, ecdsa-p384',
      'key usage keyCertSign, cRLSign',
      'basic constraints ca',
      'file root.crt',
      'not before UTC, such as 2027-03-01T09:00:00Z',
      'serial number 0-9 and a-f',
      'SHA-256 of the key 0-9 and a-f',
    ])
      assert.ok(certificate.includes(expected), expected);
    const crl = pageOf('first-crl');
    for (const expected of ['CRL number 1', 'revoked nothing', 'next update this-update plus 364 days'])
      assert.ok(crl.includes(expected), expected);
    assert.match(pageOf('root-key'), /key rehearsal-example-root-g1 algorithm ecdsa-p384 id 0-9 and a-f/);
  });

  test('all have the number of the proposal, rows for the digest, and a box for the initials of each officer', () => {
    for (const page of pages) {
      assert.match(page, /Proposal its number, as the screen has it/);
      assert.match(page, /Digest all rows, as the screen has them 1 2 3 4 5 6 7 8/);
      assert.match(
        page,
        /Initials of each officer whose token approves it, at least 3 2 alice Test 3 bob Test 4 carol Test/,
      );
    }
  });

  test('where no roster says who approves, as many boxes as officers are needed', async () => {
    const alone: BookInput = bookInput({ alone: true, script: SHEETED });
    const found = look(await renderBook(alone))
      .pages.map(read)
      .find((page) => page.includes('14 root-certificate: sign'));
    assert.match(found ?? '', /at least 3 officer no\. officer no\. officer no\. /);
  });

  test('without "sheet" there are none', async () => {
    const plain = look(await renderBook(bookInput()));
    assert.ok(!plain.pages.some((page) => page.includes('Sheets of what is approved')));
  });
});
