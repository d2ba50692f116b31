import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readLedger } from '../../src/ledger/read.ts';
import { readManifest } from '../../src/pack/manifest.ts';
import { PROGRAM_ROOT } from '../../src/supervisor/program.ts';
import { yearlyScript } from './following.ts';
import { playedPack, quorate } from './played-pack.ts';

const VAULT = join(PROGRAM_ROOT, 'ceremonies', 'root-generation-vault.yaml');

describe('a rehearsal by the real site binding of a ceremony', { concurrency: false }, () => {
  let folder = '';
  let script = '';
  let first = '';
  before(async () => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-with-site-test-'));
    script = join(folder, 'yearly.yaml');
    first = join(folder, 'first');
    writeFileSync(script, yearlyScript());
    await playedPack(VAULT, first, []);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** As it would be of a vault: nothing that it names of a computer is on this one. */
  function realSite() {
    const { head } = readManifest(readFileSync(join(first, 'manifest.json')));
    const [hsm] = readLedger(readFileSync(join(first, 'ledger.json'))).tokens;
    assert.ok(hsm);
    const library = { library: '/usr/lib/vendor/libcryptoki.so', sha256: 'ab'.repeat(32), network: 'none' };
    const copies = (name: string, count: number) =>
      Array.from({ length: count }, (_, copy) => ({ at: `/media/${name}-${copy + 1}` }));
    return {
      'quorate-site': 1,
      mode: 'rehearsal',
      marking: { 'common-name-prefix': 'REHEARSAL ', 'label-prefix': 'rehearsal-' },
      place: 'Vault B',
      previous: { pack: '/media/last-year', head },
      roster: 'roster.json',
      authorization: 'authorization.json',
      modules: { vendor: library, cards: { ...library, library: '/usr/lib/opensc-pkcs11.so' } },
      tokens: {
        'root-hsm': {
          ...{ module: 'vendor', label: hsm.label, serial: hsm.serial, model: hsm.model },
          activation: { means: 'shares' },
        },
      },
      'quorum-tokens': { module: 'cards' },
      people: {
        administrator: ['administrator-1'],
        'crypto-officer': ['crypto-officer-4', 'crypto-officer-2', 'crypto-officer-3'],
        'safe-controller': ['safe-controller-1'],
        witness: ['zoe'],
      },
      materials: {
        laptop: { bag: 'L7000001', place: 'safe-3' },
        boot: { bag: 'L7000002', place: 'safe-3' },
        cards: {
          'crypto-officer-4': 'L7000003',
          'crypto-officer-2': 'L7000004',
          'crypto-officer-3': 'L7000005',
        },
        envelopes: { bag: 'L7000006', place: 'safe-4' },
      },
      media: {
        ...{ cards: copies('cards', 3), envelopes: copies('envelopes', 1), evidence: copies('evidence', 2) },
        ...{ hsm: copies('hsm', 1), inbox: copies('inbox', 1), publish: copies('publish', 1) },
      },
    };
  }

  function written(name: string, site: object): string {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, JSON.stringify(site, null, 2));
    return path;
  }

  function refused(name: string, site: object, ...options: readonly string[]): string {
    const out = join(folder, `${name}-pack`);
    const { status, stderr } = quorate('rehearse', script, '--site', written(name, site), ...options, '--out', out);
    assert.notEqual(status, 0);
    assert.equal(existsSync(join(out, 'events.jsonl')), false);
    return stderr;
  }

  test('an optional file that the site does not name is read by nobody, and one that it names is', async () => {
    const example = join(PROGRAM_ROOT, 'test', 'script', 'examples', 'crl-refresh.yaml');
    const of = async (name: string, inputs: object) => {
      const pack = join(folder, name);
      const { json, events } = await playedPack(example, pack, [], first, written(name, { ...realSite(), inputs }));
      const { given } =
        (json('plan.json') as { inputs: Record<string, { given: boolean }> }).inputs['revocations'] ?? {};
      const skipped = events().filter(({ phase }) => phase === 'skip');
      return { given, skipped: skipped.map(({ step, why }) => [step, why]) };
    };
    assert.deepEqual(await of('without', { 'published-crl': { file: 'root.crl' } }), {
      given: false,
      skipped: [['read-revocations', 'the input "revocations" is not given']],
    });
    const named = await of('with', { revocations: { file: 'list.csv' } });
    assert.deepEqual([named.given, named.skipped], [true, []]);
    assert.equal(existsSync(join(folder, 'with', 'inputs', 'revocations.csv')), true);
  });

  test('has its people, bags and safes, and says what is stood in for', async () => {
    const pack = join(folder, 'second');
    const path = written('real', realSite());
    const { said, json, events } = await playedPack(script, pack, [], first, path);
    const { serial } = realSite().tokens['root-hsm'];
    const { tokens, number } = readLedger(readFileSync(join(pack, 'ledger.json')));
    assert.equal(number, 2);
    assert.notEqual(tokens[0]?.serial, serial);
    for (const line of [
      `The rehearsal follows the site "${path}"`,
      `  HSM "root-hsm": SoftHSM v2, serial ${serial}, shares → a token of SoftHSM, unlocked by shares\n`,
      '  modules (vendor, cards), with their libraries, networks and key files → modules of this computer\n',
      'evidence: 2',
      '  the place "Vault B" → this computer\n',
    ])
      assert.ok(said.includes(line), `${line} is not in ${said}`);
    const { seats } = json('plan.json') as { seats: Record<string, string[]> };
    assert.deepEqual(seats['crypto-officer'], ['crypto-officer-4', 'crypto-officer-2', 'crypto-officer-3']);
    // Nobody of last year: she has no token, and a name that nobody has.
    assert.deepEqual(seats['witness'], ['zoe']);
    const unsealed = events()
      .map((event) => JSON.stringify(event))
      .filter((line) => line.includes('"did":"unsealed"'));
    const bagOf = (unit: string) =>
      unsealed.flatMap((line) => (line.includes(`"unit":"${unit}"`) ? (/"bag":"([^"]+)"/.exec(line)?.[1] ?? []) : []));
    assert.deepEqual(
      ['laptop', 'cards@crypto-officer-4', 'envelopes'].map((unit) => bagOf(unit)[0]),
      ['L7000001', 'L7000003', 'L7000006'],
    );
  });

  test('is refused where the site follows another pack, or none', () => {
    const site = realSite();
    const other = { ...site, previous: { ...site.previous, head: '0'.repeat(64) } };
    const said = refused('other', other, '--from', first);
    assert.ok(
      said.includes(
        `AUTHORIZATION_PREVIOUS: the previous pack "${first}" ends in the head ${site.previous.head}; the site binding says ${'0'.repeat(64)}`,
      ),
      said,
    );
    const none = refused('none', { ...site, previous: 'none' }, '--from', first);
    assert.match(
      none,
      /AUTHORIZATION_PREVIOUS: the site binding "[^"]+none\.yaml" follows no ceremony \("previous: none"\), and --from names "/,
    );
    const production = refused('production', { ...site, mode: 'production', marking: 'none' }, '--from', first);
    assert.match(
      production,
      /AUTHORIZATION_PREVIOUS: the previous pack "[^"]+" is of a rehearsal; the site binding is/,
    );
  });

  test('is refused where the pack of the site is not there, and no other is given', () => {
    assert.match(refused('away', realSite()), /FILE_MISSING: [^\n]*\/media\/last-year\/manifest\.json/);
  });

  test('is refused where the site has another HSM than that pack left, or the register another bag', () => {
    const site = realSite();
    const hsm = { ...site.tokens['root-hsm'], serial: '4711' };
    const said = refused('hsm', { ...site, tokens: { 'root-hsm': hsm } }, '--from', first);
    assert.match(
      said,
      /"root-hsm" is not as it was left: it has the serial "4711", and the ledger of the previous pack/,
    );
    const bag = { ...site.materials, hsm: { bag: 'L7000009', place: 'safe-3' } };
    assert.match(
      refused('bag', { ...site, materials: bag }, '--from', first),
      /the bag of "hsm" is L7000009; the custody register of the previous pack says /,
    );
  });

  test('of a first enrolment there is none', () => {
    const enrolment = join(PROGRAM_ROOT, 'ceremonies', 'quorum-enrolment.yaml');
    const table = join(folder, 'table');
    assert.equal(quorate('practice', enrolment, '--in', table).status, 0);
    const site = join(table, 'site.yaml');
    const { status, stderr } = quorate('rehearse', enrolment, '--site', site, '--out', join(folder, 'enrolment'));
    assert.equal(status, 4);
    assert.match(stderr, /REHEARSAL_SETUP: a first enrolment is rehearsed with no site, and --site names "/);
  });
});
