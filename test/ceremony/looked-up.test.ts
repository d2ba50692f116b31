import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { schemaProblems } from '../docs/documents.ts';
import { quorate } from './played-pack.ts';
import { eventsIn } from './went-on.ts';

const SCRIPT = join(import.meta.dirname, 'scripts', 'request-intake.yaml');
const LIST = '# weak keys\n00000123456789abcdef\n3c430072d96e4a1e1809\n';

/** Of what comes in an EC key and an RSA one. */
describe('a rehearsal by a site that names a list of weak keys', { concurrency: false }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-looked-up-'));
    writeFileSync(join(folder, 'weak.txt'), LIST);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function rehearsed(name: string, weakKeys: object) {
    const library = { library: '/usr/lib/opensc-pkcs11.so', sha256: 'ab'.repeat(32), network: 'none' };
    const site = {
      ...{ 'quorate-site': 1, mode: 'rehearsal', place: 'Vault B', previous: 'none' },
      marking: { 'common-name-prefix': 'REHEARSAL ', 'label-prefix': 'rehearsal-' },
      ...{ roster: 'roster.json', authorization: 'authorization.json' },
      ...{ modules: { cards: library }, tokens: {}, 'quorum-tokens': { module: 'cards' } },
      people: {
        ...{ administrator: ['administrator-1'], requester: ['requester-1'], witness: ['zoe'], auditor: ['ivo'] },
        'crypto-officer': ['crypto-officer-1', 'crypto-officer-2', 'crypto-officer-3'],
      },
      materials: {
        laptop: { make: 'T1', serial: 'none', bag: 'L7000001', place: 'safe-3' },
        inbox: { make: 'USB', serial: 'none', bag: 'L7000002', place: 'requester' },
        evidence: { make: 'USB', serial: 'none' },
      },
      media: { inbox: [{ at: '/media/i1' }], evidence: [{ at: '/media/e1' }, { at: '/media/e2' }] },
      'weak-keys': weakKeys,
    };
    const [path, pack] = [join(folder, `${name}.yaml`), join(folder, name)];
    writeFileSync(path, JSON.stringify(site, null, 2));
    return { pack, ...quorate('rehearse', SCRIPT, '--site', path, '--out', pack) };
  }

  test('looks its RSA key up, says so, and leaves a pack that verifies without the list', () => {
    const { status, stderr, pack } = rehearsed('pack', { file: 'weak.txt', sha256: sha256(LIST), entries: 2 });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /The request "second" is signed with its own key, of RSA 2048\.\n +No RSA key of it is in /);
    const json = (path: string) => JSON.parse(readFileSync(join(pack, path), 'utf8'));
    assert.deepEqual(json('plan.json').weakKeys, { sha256: sha256(LIST), entries: 2 });
    assert.deepEqual(schemaProblems('plan', json('plan.json')), []);
    const events = readFileSync(join(pack, 'events.jsonl'), 'utf8').trimEnd().split('\n');
    for (const line of events) assert.deepEqual(schemaProblems('event', JSON.parse(line)), [], line);
    const read = eventsIn(pack).flatMap((event) =>
      event.type === 'observation' && event.subject === 'input' ? [event.facts] : [],
    );
    assert.deepEqual(
      read.map(({ input, weakKeys, weakKeyEntries }) => [input, weakKeys, weakKeyEntries]),
      [
        ['request', undefined, undefined],
        ['second', sha256(LIST), 2],
      ],
    );
    const roster = sha256(readFileSync(join(pack, 'roster', 'roster.json')));
    const verified = quorate('verify', pack, '--expect', 'rehearsal', '--roster', roster);
    assert.equal(verified.status, 0, verified.stdout + verified.stderr);
  });

  test('can be looked up again by the commands of docs/formats, with a list that has the key and one that has not', () => {
    const [, commands = ''] =
      /Who has the list does, of each request:\n\n```\n(.+)\n```/.exec(
        readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'formats', 'script.md'), 'utf8'),
      ) ?? [];
    const again = (list: string) => {
      const command = commands.replace('NAME', 'second').replace('LIST', list);
      return execFileSync('sh', ['-c', `${command} || :`], { cwd: join(folder, 'pack'), encoding: 'utf8' });
    };
    assert.equal(again('../weak.txt'), '');
    const line = execFileSync('sh', ['-c', commands.replace('NAME', 'second').replace(/ \| grep.*/, '')], {
      cwd: join(folder, 'pack'),
      encoding: 'utf8',
    });
    writeFileSync(join(folder, 'listed.txt'), `${LIST}${line}`);
    assert.equal(again('../listed.txt'), line);
    assert.match(line, /^[0-9a-f]{20}\n$/);
  });

  test('is refused before it begins where the list is another', () => {
    const { status, stderr, pack } = rehearsed('other', { file: 'weak.txt', sha256: 'ab'.repeat(32), entries: 2 });
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`: "weak\\.txt" has SHA-256 ${sha256(LIST)} \\[PLAN_FILE\\]`));
    assert.equal(existsSync(join(pack, 'events.jsonl')), false);
  });
});
