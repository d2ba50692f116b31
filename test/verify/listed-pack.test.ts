import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import { signedAsList } from '../forge/listed.ts';

const SCRIPT = fileURLToPath(new URL('../../templates/verify/verify.sh', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'quorate-listed-'));
after(() => rmSync(root, { recursive: true, force: true }));

let count = 0;

async function judged(faults: Faults) {
  const { files, options, source, derive } = await forge(faults);
  count += 1;
  const folder = join(root, String(count));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const shell = spawnSync('sh', [SCRIPT, options.roster ?? ''], { cwd: folder, encoding: 'utf8', timeout: 300_000 });
  const { findings } = verifyPack(source, options, derive);
  return { findings, shell: shell.stdout.split('\n'), errors: shell.stderr };
}

/** Of the certificate that no step asks for; that the script has something else there; and that a key in pre-activation signs no list. */
const UNPLANNED = ['CERTIFICATE-LINT', 'KEY-STATE', 'MODE-MARKING', 'PACK-UNRECORDED', 'PROPOSAL-STEP'];

describe('a pack in which a list was signed', () => {
  test('holds: by the program but for what the script has there, and by the shell as a whole', async () => {
    const { findings, shell, errors } = await judged(signedAsList());
    assert.deepEqual([...new Set(findings.map(({ check }) => check))], UNPLANNED);
    assert.deepEqual(
      findings
        .filter(({ check, where }) => check !== 'KEY-STATE' && !where.includes('/second'))
        .map(({ check, message }) => [check, message]),
      [['PROPOSAL-STEP', 'the operation is "sign-list"; step "root-certificate" has "sign"']],
    );
    assert.equal(errors, '');
    assert.deepEqual(
      shell.filter((line) => line.startsWith('FAULT')),
      [],
    );
    const seq = findings.find(({ check }) => check === 'PROPOSAL-STEP')?.where.replace('events.jsonl:', '');
    for (const line of [
      `ok     event ${seq}, sign-list of step root-certificate: 3 of 3 needed people approved: alice,bob,carol`,
      ...['root', 'second'].map(
        (name) =>
          `ok     what is signed in certificates/${name}.crt is, byte for byte, what was approved in event ${seq}`,
      ),
      'ok     certificates/second.crt verifies with a certificate of the key that was approved for it',
    ])
      assert.ok(shell.includes(line), `${line} in\n${shell.join('\n')}`);
  });

  test('where the second is another than was approved, both say so of it alone', async () => {
    const { recorded, ...list } = signedAsList();
    const other = signedAsList('Device 99');
    const { findings, shell } = await judged({
      ...list,
      recorded: async (files, recording) => {
        const altered = new Map(files);
        await other.recorded?.(altered, recording);
        await recorded?.(files, recording);
        for (const [path, bytes] of altered) if (path.includes('/second')) files.set(path, bytes);
      },
    });
    assert.deepEqual(
      [...new Set(findings.map(({ check }) => check))].filter((check) => !UNPLANNED.includes(check)),
      ['CERTIFICATE-RESULT', 'CERTIFICATE-TBS'],
    );
    const faults = shell.filter((line) => line.startsWith('FAULT'));
    assert.equal(faults.length, 1, faults.join('\n'));
    assert.match(faults[0] ?? '', /^FAULT .*what is signed in certificates\/second\.crt is, byte for byte, what was /);
  });
});
