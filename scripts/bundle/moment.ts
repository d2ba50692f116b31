import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** Everything of which bytes of a bundle are made: what is shipped, what is compiled, and what does it. */
export const INPUT: readonly string[] = [
  'bin',
  'ceremonies',
  'docs',
  'scripts',
  'src',
  'templates',
  'CHANGELOG.md',
  'LICENSE',
  'SECURITY.md',
  'package-lock.json',
  'package.json',
  'tsconfig.build.json',
  'tsconfig.json',
];

/**
 * The moment that every file of a bundle bears, in seconds since 1970 UTC: that of the commit, or SOURCE_DATE_EPOCH
 * (reproducible-builds.org) where the files did not come with git.
 * @throws Error where the files are not those of the commit: nobody could make this bundle again
 */
export function momentOf(root: string, sourceDateEpoch: string | undefined): number {
  if (sourceDateEpoch !== undefined) {
    if (!/^(?:0|[1-9][0-9]{0,10})$/.test(sourceDateEpoch))
      throw new Error(`SOURCE_DATE_EPOCH is "${sourceDateEpoch}"; expected whole seconds since 1970`);
    return Number(sourceDateEpoch);
  }
  // A folder that only lies inside of somebody else's repository has no commit of its own.
  if (git(root, 'rev-parse', '--show-toplevel') !== realpathSync(root))
    throw new Error(`"${root}" is not the top of a git repository; clone it, or give SOURCE_DATE_EPOCH`);
  const others = git(root, 'status', '--porcelain', '--untracked-files=all', '--ignored=matching', '--', ...INPUT);
  if (others !== '')
    throw new Error(
      `a bundle is made of a commit, and these files are not as committed:\n${others}\ncommit or remove them`,
    );
  return Number(git(root, 'log', '-1', '--format=%ct'));
}

function git(root: string, ...words: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', root, ...words], { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(
      `git ${words[0]} failed: ${(error?.message ?? stderr).trim()}; where there is no git, give SOURCE_DATE_EPOCH`,
    );
  return stdout.trimEnd();
}
