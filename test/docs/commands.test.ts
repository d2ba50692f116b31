import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { verifyDetached } from '../../src/cms/signed-data.ts';
import { BLOCKS, type Block, PAGES, where } from './pages.ts';
import { stageRecovery } from './recovery.ts';
import { type Rehearsed, ROOT, rehearse } from './rehearsed.ts';

/** Every command on the pages, run as it stands there: on a real pack, in the checkout, or in a folder of its own. */
describe('the commands of the pages', { concurrency: false }, () => {
  let folder: string;
  let rehearsed: Rehearsed;

  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-commands-'));
    rehearsed = rehearse();
  });
  after(() => {
    rehearsed?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(block: Block, cwd: string, environment: { readonly [name: string]: string } = {}): string {
    const work = mkdtempSync(join(folder, 'work-'));
    const ended = spawnSync('sh', ['-euc', block.text], {
      cwd,
      encoding: 'utf8',
      timeout: 120_000,
      env: { PATH: `${join(ROOT, 'bin')}:${process.env['PATH']}`, LC_ALL: 'C', WORK: work, ...environment },
    });
    assert.equal(ended.status, 0, `${where(block)}: exit ${ended.status}\n${ended.stdout}\n${ended.stderr}`);
    return ended.stdout;
  }

  const blocks = (kind: string, page?: string) =>
    BLOCKS.filter((block) => block.language === 'sh' && block.kind === kind && (!page || block.page === page));

  for (const block of blocks('pack')) {
    test(where(block), () => {
      run(block, rehearsed.pack, { ROSTER: rehearsed.roster });
    });
  }

  for (const block of blocks('program')) test(where(block), () => void run(block, ROOT));

  test('the script that a page shows is one that can be planned', () => {
    const scripts = BLOCKS.filter((block) => block.language === 'yaml' && block.kind === 'script');
    for (const script of scripts) {
      const path = join(folder, 'script.yaml');
      writeFileSync(path, `${script.text}\n`);
      const linted = spawnSync(join(ROOT, 'bin', 'quorate'), ['lint', path], { encoding: 'utf8', timeout: 60_000 });
      assert.equal(linted.status, 0, `${where(script)}\n${linted.stdout}${linted.stderr}`);
    }
    assert.ok(scripts.length > 0);
  });

  for (const page of PAGES.filter((one) => blocks('scratch', one).length > 0)) {
    test(`docs/${page}, in a folder of its own`, () => {
      const cwd = join(folder, 'scratch');
      mkdirSync(cwd);
      for (const block of blocks('scratch', page)) run(block, cwd);
      const read = (name: string) => readFileSync(join(cwd, name));
      const pem = read('signing.pem')
        .toString('latin1')
        .replaceAll(/-----[^-]+-----|\s/g, '');
      verifyDetached(read('statement.p7s'), read('statement.json'), Buffer.from(pem, 'base64'));
    });
  }

  test('recovery of a PIN without the program', async () => {
    const cwd = join(folder, 'recovery');
    mkdirSync(cwd);
    const environment = await stageRecovery(cwd);
    const printed = blocks('recovery').map((block) => run(block, cwd, environment));
    const expected = BLOCKS.find((block) => block.kind === 'output');
    assert.equal(printed.at(-1), expected?.text);
  });

  test('a command that should fail on another pack does: none of them is satisfied by anything', () => {
    const copy = join(folder, 'other');
    assert.equal(spawnSync('cp', ['-r', rehearsed.pack, copy]).status, 0);
    spoil(copy);
    const satisfied = blocks('pack').filter((block) => {
      const work = mkdtempSync(join(folder, 'work-'));
      const env = {
        PATH: `${join(ROOT, 'bin')}:${process.env['PATH']}`,
        LC_ALL: 'C',
        WORK: work,
        ROSTER: '0'.repeat(64),
      };
      return spawnSync('sh', ['-euc', block.text], { cwd: copy, env, timeout: 120_000 }).status === 0;
    });
    assert.deepEqual(satisfied.map(where), []);
  });
});

/** One octet changed in each file but those that only say what is right. */
function spoil(pack: string): void {
  const script = `for file in $(find . -type f ! -name '*.sh'); do
    size=$(($(wc -c <"$file") * 2 / 3))
    byte=$(tail -c "+$((size + 1))" "$file" | head -c 1 | od -A n -t u1 | tr -d ' ')
    printf "\\\\$(printf %o $((byte ^ 1)))" | dd of="$file" bs=1 seek="$size" conv=notrunc 2>/dev/null
  done`;
  assert.equal(spawnSync('sh', ['-euc', script], { cwd: pack }).status, 0);
}
