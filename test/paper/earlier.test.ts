import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { hexGroups, type Sha256, sha256 } from '../../src/base/digest.ts';
import { digestWords, wordRows } from '../../src/base/words.ts';
import { renderBook } from '../../src/paper/book.ts';
import type { BookInput } from '../../src/paper/book-input.ts';
import { partsOf } from '../../src/paper/parts.ts';
import { type PlannedUse, stepById } from '../../src/plan/plan.ts';
import { look } from '../report/fixture/pdf.ts';
import { bookInput, read, scriptInput } from './printed.ts';

const SCRIPT = readFileSync(new URL('../script/examples/intermediate-signing.yaml', import.meta.url));
const MANIFEST = sha256('the manifest before');
const REQUEST = sha256('the key of the request');
const [ROOT, CRL] = [sha256('root.crt'), sha256('root.crl')];
/** What `plan` assumes for a script without a site. */
const ASSUMED = 'ecdsa-p384';

const alone = scriptInput(SCRIPT);

/** The same script on a site: it follows ceremony 6, whose root CA has signed CRL 41. */
function bound(): BookInput {
  const { authorization } = bookInput();
  assert.ok(authorization && alone.plan.uses);
  const known: Readonly<Record<string, Partial<PlannedUse>>> = {
    'root-key': { algorithm: 'rsa-4096' },
    root: { sha256: ROOT, notBefore: '2026-01-01T00:00:00Z', notAfter: '2041-01-01T00:00:00Z' },
    'last-crl': { sha256: CRL, number: '41', thisUpdate: '2026-02-01T00:00:00Z', nextUpdate: '2027-01-31T00:00:00Z' },
  };
  const uses = Object.fromEntries(
    Object.entries(alone.plan.uses).map(([name, use]) => [name, { ...use, ...known[name] } as PlannedUse]),
  );
  const holds = [{ name: 'root', label: 'example-root-g1', spkiSha256: sha256('key') }];
  const tokens = alone.plan.tokens.map((token) => ({ ...token, serial: 'S-17', holds }));
  return {
    ...alone,
    plan: { ...alone.plan, site: sha256('site'), uses, tokens },
    authorization: {
      ...authorization,
      ceremony: 7,
      previous: MANIFEST,
      references: new Map([['request-spki', REQUEST]]),
    },
    before: {
      manifest: MANIFEST,
      number: 6,
      says: new Map<Sha256, readonly string[]>([
        [ROOT, ['C = US', 'CN = Example Root CA G1']],
        [CRL, ['lists 3 certificates']],
      ]),
    },
  };
}

async function pagesOf(input: BookInput): Promise<readonly string[]> {
  return look(await renderBook(input)).pages.map(read);
}

/** The page with that, other than the contents, which list the last section too. */
function pageOf(pages: readonly string[], heading: RegExp): string {
  const found = pages.filter((page) => heading.test(page) && !page.includes('Pauses and interruptions'));
  assert.equal(found.length, 1, String(heading));
  return found[0] ?? '';
}

const FOLLOWS = /\d What this ceremony follows /;

function expectedOf(input: BookInput, id: string): ReadonlyMap<string, string> {
  const step = stepById(input.plan, id);
  assert.ok(step, id);
  return new Map(partsOf(input, step).flatMap((part) => (part.kind === 'expected' ? part.values : [])));
}

describe('the book of a ceremony that follows another', () => {
  let input: BookInput;
  let pages: readonly string[];
  before(async () => {
    input = bound();
    pages = await pagesOf(input);
  });

  test('says which pack it follows, in rows of words to be held to paper of then', () => {
    const page = pageOf(pages, FOLLOWS);
    assert.match(page, /This is ceremony 7 of the CA; the pack before it is that of ceremony 6\./);
    const groups = hexGroups(MANIFEST, 2);
    for (const { number, words } of wordRows(MANIFEST))
      assert.ok(page.includes(`${number} ${groups[number - 1]} ${words.join(' ')}`), `row ${number}`);
    assert.match(pages[0] ?? '', new RegExp(`Pack before this ${MANIFEST}`));
  });

  test('says what is used of it: key, certificate with its name, CRL with its number and how much it lists', () => {
    const page = pageOf(pages, FOLLOWS).replaceAll(' ', '');
    for (const expected of [
      'key "root", labelled "example-root-g1"',
      'rsa-4096; on the HSM "root-hsm"',
      'CN = Example Root CA G1',
      '2026-01-01T00:00:00Z to 2041-01-01T00:00:00Z',
      'CRL "latest", number 41',
      'lists 3 certificates',
      'Serial number S-17',
    ])
      assert.ok(page.includes(expected.replaceAll(' ', '')), expected);
    for (const digest of [ROOT, CRL]) assert.ok(page.includes(digest.slice(0, 32)), digest);
  });

  test('says where the numbers of bags come from', () => {
    assert.match(pageOf(pages, /\d Things in the room /), /those of the custody register of the pack before/);
  });

  test('has no word of the key that the requester reads from their own paper, anywhere', () => {
    const step = stepById(input.plan, 'spki');
    assert.ok(step);
    assert.deepEqual(partsOf(input, step), [
      {
        kind: 'digest',
        name: 'request.spki',
        printed: null,
        hint: 'as it is read aloud from their own paper, before the screen shows it',
      },
    ]);
    const row = pageOf(pages, /spki \(compare\)/);
    assert.match(
      row,
      /request\.spki as it is read aloud from their own paper, before the screen shows it 1 2 3 4 5 6 7 8/,
    );
    const text = pages.join(' ');
    for (const { words } of wordRows(REQUEST)) assert.ok(!text.includes(words.join(' ')), words.join(' '));
    assert.ok(!text.includes(REQUEST.slice(0, 8)));
    assert.ok(digestWords(REQUEST).length > 0);
  });

  test('what is on the HSM may be of earlier ceremonies, and has its label', () => {
    assert.equal(expectedOf(input, 'hsm-full').get('keys on it'), '"root", labelled "example-root-g1"');
    assert.ok(
      pages.some((page) => page.includes('nothing is there but what earlier ceremonies left and this one made')),
    );
  });

  test('the certificate: whose it is, of whom, and how long at most', () => {
    const expected = expectedOf(input, 'tls-ca-1');
    assert.equal(expected.get('issuer'), `root: certificate "root" of the pack before, SHA-256 ${ROOT}`);
    assert.equal(expected.get('key'), 'the one of the request "request", ecdsa-p384');
    assert.equal(
      expected.get('not after'),
      'not-before plus 5 years minus 1 second, at most root.not-after (2041-01-01T00:00:00Z)',
    );
  });

  test('the CRL: which number, after which, and that nothing of it is lost; on its sheet the same', () => {
    const expected = expectedOf(input, 'crl');
    assert.equal(expected.get('CRL number'), '42');
    assert.equal(expected.get('follows'), `number 41 of the pack before, SHA-256 ${CRL}`);
    assert.equal(expected.get('revoked'), 'what number 41 lists, all of it, and nothing else');
    const sheet = pageOf(pages, /24 crl: sign Filled in during step 21/);
    assert.match(sheet, /CRL number 42 follows number 41 of the pack before, SHA-256/);
  });
});

describe('a draft of it, without a site', () => {
  let pages: readonly string[];
  before(async () => {
    pages = await pagesOf(alone);
  });

  test('leaves a place for what is not known, and shows nothing that is only assumed', () => {
    const page = pageOf(pages, FOLLOWS);
    assert.match(page, /Which pack this ceremony follows is not known yet/);
    assert.match(page, /Manifest of the pack before from the paper of that ceremony 1 2 3 4 5 6 7 8 Used of it/);
    assert.equal(page.match(/not known when this was printed/g)?.length, 3);
    assert.ok(!page.includes(ASSUMED));
    const expected = expectedOf(alone, 'crl');
    assert.equal(expected.get('CRL number'), 'one more than that of the last one');
    assert.equal(expected.get('revoked'), 'what the last one lists, all of it, and nothing else');
    assert.equal(expected.get('issuer'), 'root: certificate "root" of the pack before');
    assert.equal(
      expectedOf(alone, 'tls-ca-1').get('not after'),
      'not-before plus 5 years minus 1 second, at most root.not-after',
    );
  });
});

test('a first ceremony has no such page', async () => {
  for (const input of [bookInput(), bookInput({ alone: true })])
    assert.ok(!(await pagesOf(input)).some((page) => page.includes('What this ceremony follows')));
});
