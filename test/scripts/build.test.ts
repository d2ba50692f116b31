import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

const top = join(import.meta.dirname, '../..');

describe('scripts/build', () => {
  let tree: string;
  const at = (path: string) => join(tree, path);
  const build = () => spawnSync(at('scripts/build'), { cwd: '/', encoding: 'utf8' });

  before(() => {
    tree = mkdtempSync(join(tmpdir(), 'quorate build '));
    mkdirSync(at('scripts'));
    mkdirSync(at('src/base'), { recursive: true });
    mkdirSync(at('node_modules'));
    cpSync(join(top, 'scripts/build'), at('scripts/build'));
    for (const file of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) {
      cpSync(join(top, file), at(file));
    }
    for (const name of readdirSync(join(top, 'node_modules'))) {
      if (name !== '.cache') symlinkSync(join(top, 'node_modules', name), at(`node_modules/${name}`));
    }
    writeFileSync(
      at('src/main.ts'),
      "import { word } from './base/word.ts';\nimport list from './base/list.json' with { type: 'json' };\nconst said: string = word + list[0];\nconsole.log(said);\n",
    );
    writeFileSync(at('src/base/word.ts'), "export const word: string = 'one';\n");
    writeFileSync(at('src/base/list.json'), '[" two"]\n');
    writeFileSync(at('src/base/words.txt'), 'aardvark\n');
  });
  after(() => rmSync(tree, { recursive: true }));

  test('makes JavaScript that runs, and takes along what is not TypeScript', () => {
    const { status, stdout, stderr } = build();
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
    assert.equal(spawnSync(process.execPath, [at('dist/main.js')], { encoding: 'utf8' }).stdout, 'one two\n');
    assert.equal(readFileSync(at('dist/base/words.txt'), 'utf8'), 'aardvark\n');
    assert.deepEqual(readdirSync(at('node_modules/.cache/quorate')), []);
  });

  test('does nothing when nothing changed, but dates the build anew', () => {
    const before = statSync(at('dist/main.js')).ino;
    const dated = statSync(at('dist/.built')).mtimeMs;
    assert.equal(build().status, 0);
    assert.equal(statSync(at('dist/main.js')).ino, before);
    assert.ok(statSync(at('dist/.built')).mtimeMs > dated);
  });

  test('leaves the old build as it was when the new one fails', () => {
    writeFileSync(at('src/base/word.ts'), 'export const word: string = 1;\n');
    const { status, stdout } = build();
    assert.notEqual(status, 0);
    assert.match(stdout, /word\.ts\(1,14\): error TS2322/);
    assert.equal(spawnSync(process.execPath, [at('dist/main.js')], { encoding: 'utf8' }).stdout, 'one two\n');
    assert.deepEqual(readdirSync(at('node_modules/.cache/quorate')), []);
  });

  test('leaves nothing behind of files that are gone', () => {
    writeFileSync(at('src/base/word.ts'), "export const word = 'three';\n");
    rmSync(at('src/base/words.txt'));
    assert.equal(build().status, 0);
    assert.equal(existsSync(at('dist/base/words.txt')), false);
    assert.equal(spawnSync(process.execPath, [at('dist/main.js')], { encoding: 'utf8' }).stdout, 'three two\n');
  });

  test('says what to do when nothing is installed', () => {
    rmSync(at('node_modules'), { recursive: true });
    const { status, stderr } = build();
    assert.equal(status, 1);
    assert.equal(stderr, 'build: the packages are not installed; run scripts/setup\n');
  });
});
