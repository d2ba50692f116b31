import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, test } from 'node:test';
import { combine } from 'shamir-secret-sharing';
import { takeRevocationList } from '../../src/pki/taken-list.ts';
import { readShareSet } from '../../src/quorum/share-set.ts';
import { printProblems } from '../../src/script/problem.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { STEP_TYPES } from '../../src/steps/registry.ts';
import { KINDS, readAsProgram, readSchema, schemaProblems } from './documents.ts';
import { definition, validate } from './json-schema.ts';
import { BLOCKS, PAGES, readPage, where } from './pages.ts';
import { PRINTED } from './printed-blocks.ts';
import { ROOT } from './rehearsed.ts';
import { VECTOR, vectorShares } from './share-vector.ts';

/** Every block is one of these, so that none is passed over. The commands have a test of their own, the guides too. */
const CHECKED: { readonly [language: string]: readonly string[] } = {
  csv: ['revocations'],
  json: [...Object.keys(KINDS), 'share-set'],
  yaml: ['script', 'site', 'refused'],
  text: [...Object.keys(PRINTED), 'problems', 'output', 'screen', ''],
  sh: ['pack', 'program', 'scratch', 'recovery', 'restore', 'guide', 'terminal'],
  '': [''],
};

test('every block of the pages is of a kind that is checked', () => {
  for (const block of BLOCKS) {
    assert.ok(CHECKED[block.language]?.includes(block.kind), `${where(block)}: "${block.language} ${block.kind}"`);
  }
});

describe('the JSON examples', () => {
  const examples = BLOCKS.filter((block) => block.language === 'json');
  for (const block of examples) {
    test(`${where(block)}: ${block.kind}`, () => {
      const value: unknown = JSON.parse(block.text);
      if (block.kind === 'share-set') {
        const operation = readSchema('operation');
        assert.deepEqual(validate(definition(operation, 'shareSet'), value, operation), []);
        readShareSet(value as never, 'the example');
        return;
      }
      assert.deepEqual(schemaProblems(block.kind, value), []);
      readAsProgram(block.kind, value);
      if (block.kind === 'event') assert.ok(Number.isInteger((value as { seq: unknown }).seq));
    });
  }

  test('every kind of document and of event has one', () => {
    const kinds = new Set(examples.map((block) => block.kind));
    assert.deepEqual(
      CHECKED['json']?.filter((kind) => !kinds.has(kind)),
      [],
    );
    const types = examples
      .filter((block) => block.kind === 'event')
      .map((block) => (JSON.parse(block.text) as { type: string }).type);
    const { oneOf } = readSchema('event') as { oneOf: { $ref: string }[] };
    assert.deepEqual(types.toSorted(), oneOf.map(({ $ref }) => $ref.slice('#/$defs/'.length)).toSorted());
    const ops = examples
      .filter((block) => block.kind === 'operation')
      .map((block) => (JSON.parse(block.text) as { op: string }).op);
    assert.deepEqual(ops.toSorted(), [
      'destroy-key',
      'generate-key',
      'inventory',
      'prepare-token',
      'prove-key',
      'record-loss',
      'rotate-activation',
      'set-key-state',
      'sign',
      'sign-list',
      'unwrap-key',
      'wrap-key',
      'zeroize-token',
    ]);
  });
});

describe('the YAML examples', () => {
  const of = (kind: string) => BLOCKS.filter((block) => block.language === 'yaml' && block.kind === kind);

  test('scripts and sites are read without a problem', () => {
    for (const block of of('script')) {
      assert.deepEqual(
        readScript(Buffer.from(`${block.text}\n`), 'script.yaml', STEP_TYPES).problems,
        [],
        where(block),
      );
    }
    for (const block of of('site')) {
      assert.deepEqual(readSite(Buffer.from(`${block.text}\n`), 'site.yaml').problems, [], where(block));
    }
    assert.ok(of('script').length > 0 && of('site').length > 0);
  });

  test('what is not supported yet is refused as the page says', () => {
    const [refused] = of('refused');
    const answer = BLOCKS.find((block) => block.kind === 'problems');
    assert.ok(refused && answer);
    const { problems, source } = readScript(Buffer.from(`${refused.text}\n`), 'script.yaml', STEP_TYPES);
    assert.equal(problems.map(({ line, column, text }) => `${line}:${column} ${text}`).join('\n'), answer.text);
    assert.match(printProblems(problems, source), /^script\.yaml:8:25/);
  });
});

test('the revocation list is one that is read', () => {
  const [list, ...others] = BLOCKS.filter(({ kind }) => kind === 'revocations');
  assert.ok(list && others.length === 0);
  const [, line = ''] = list.text.split('\n');
  const certificate = { name: 'issuing-1', serial: line.slice(0, 34), isOwn: false };
  const validity = { notBefore: '2026-01-01T00:00:00Z', notAfter: '2036-01-01T00:00:00Z' };
  const bounds = { issued: [{ ...certificate, ...validity }], listed: new Map(), noHold: undefined };
  const taken = takeRevocationList(Buffer.from(`${list.text}\n`), 'list', {
    ...bounds,
    ...{ lastUpdate: undefined, thisUpdate: validity.notAfter },
  });
  assert.equal([...taken][0]?.revocation.reason, 'keyCompromise');
});

test('what the pages list is what the program has', () => {
  for (const [kind, print] of Object.entries(PRINTED)) {
    const blocks = BLOCKS.filter((block) => block.kind === kind);
    assert.equal(blocks.length, 1, `the block "${kind}" stands on ${blocks.length} pages`);
    for (const block of blocks) assert.equal(block.text, print(), where(block));
  }
});

test('the worked example is one of the library that the guard uses: any three of its shares give the secret', async () => {
  const shares = vectorShares().map(({ share }) => Uint8Array.from(share));
  for (const [a, b, c] of [
    [0, 1, 2],
    [4, 2, 0],
    [1, 3, 4],
  ] as const) {
    const three = [shares[a], shares[b], shares[c]] as Uint8Array[];
    assert.deepEqual(await combine(three), VECTOR.secret);
  }
  assert.notDeepEqual(await combine(shares.slice(0, 2)), VECTOR.secret);
});

test('every link leads to a file, and to a heading in it', () => {
  for (const page of PAGES) {
    for (const [, target = ''] of readPage(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file = '', anchor] = target.split('#');
      const path = file === '' ? page : normalize(join(dirname(page), file));
      assert.ok(existsSync(join(ROOT, 'docs', path)), `docs/${page} links to ${target}`);
      if (anchor !== undefined && path.endsWith('.md')) {
        assert.ok(headingsOf(path).includes(anchor), `docs/${page} links to the heading ${target}`);
      }
    }
  }
});

test('every file of the program that a page names is there', () => {
  for (const page of PAGES) {
    for (const [, path = ''] of readPage(page).matchAll(
      /`((?:src|test|scripts|bin|templates|ceremonies|docs)\/[A-Za-z0-9_./-]*)`/g,
    )) {
      assert.ok(existsSync(join(ROOT, path)), `docs/${page} names ${path}`);
    }
  }
});

/** As GitHub makes anchors: lower case, blanks to hyphens, punctuation left out. */
function headingsOf(page: string): string[] {
  return [...readPage(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
