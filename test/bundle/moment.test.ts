import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { momentOf } from '../../scripts/bundle/moment.ts';

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
