import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DestructionRecord } from '../../src/ledger/destruction-record.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { readLedger } from '../../src/ledger/read.ts';
import { quorate, verifyShell } from './played-pack.ts';
import { reportWords } from './report-text.ts';
import { type Change, changed, lineOf, shipped } from './shipped-script.ts';
import { verified } from './verified.ts';

/** A long word is broken where a line ends. */
const unbroken = (words: string) => words.replaceAll(' ', '');

/** From the restoration on the scripts of the CA name the HSM that came in the place of the one that is lost. */
const ON_THE_NEW_HSM: readonly Change[] = [
  ['root-hsm', 'new-hsm'],
  ['  hsm:', '  new-hsm:'],
  ['item: hsm', 'item: new-hsm'],
];
const WRAPPABLE: Change = ['algorithm: ecdsa-p384 }', 'algorithm: ecdsa-p384, wrappable: true }'];
/** What people decide who know that an HSM is lost: its shares and those of the wrapped copy stay with whoever leaves. */
const UNROTATED: Change = [
  'role: crypto-officer } }',
  'role: crypto-officer, unrotated: "The lost HSM is not here; the wrapped copy goes with the key." } }',
];
/** Those of the new HSM lie where the change of officers has put them. */
const NEW_ENVELOPES: readonly Change[] = [
  ['  envelopes:', '  new-envelopes:'],
  ['item: envelopes', 'item: new-envelopes'],
];
/** The plan refuses "last" while the ledger knows another HSM that holds the key. */
const NOT_THE_LAST: Change = ['last: true, ', ''];

const NAMES = ['root', 'backup-split', 'restore', 'intermediate', 'officers', 'end'];

/** Holds a sequence of scripts, shipped ones by their names; the packs in its order. */
function rehearsed(folder: string, scripts: readonly (readonly [name: string, text?: string])[]) {
  const paths = scripts.map(([name, text]) => {
    if (text === undefined) return shipped(name);
    writeFileSync(join(folder, `${name}.yaml`), text);
    return join(folder, `${name}.yaml`);
  });
  const out = join(folder, 'packs');
  const { status, stdout, stderr } = quorate('rehearse', ...paths, '--out', out, '--json');
  assert.equal(status, 0, stderr.slice(-3000));
  const rosters = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { roster: string }).roster);
  const packs = scripts.map(([name], index) => join(out, `0${index + 1}-${name}`));
  return { packs, rosters, said: stderr };
}

const ledgerOf = (pack: string): Ledger => readLedger(readFileSync(join(pack, 'ledger.json')));
const recordOf = (pack: string): DestructionRecord =>
  JSON.parse(readFileSync(join(pack, 'destruction', 'accounted.json'), 'utf8')) as DestructionRecord;

/** Each alone by both verifiers, and all as a chain, from the digest of the first roster. */
async function assertVerify(packs: readonly string[], rosters: readonly string[]): Promise<void> {
  const { status, stdout } = await verified(packs, rosters.slice(0, 1));
  assert.equal(status, 0, stdout);
  assert.equal(stdout.match(/^evidence pack .*: no findings$/gm)?.length, packs.length);
  assert.match(stdout, new RegExp(`^chain of ${packs.length} packs, `, 'm'));
  assert.match(stdout, /^chain: no findings$/m);
  for (const [index, pack] of packs.entries()) {
    const roster = rosters[index] ?? '';
    const alone = await verified([pack], [roster]);
    assert.equal(alone.status, 0, alone.stdout);
    const shell = verifyShell(pack, roster);
    assert.equal(shell.status, 0, shell.stdout);
  }
}

describe('the life of a key: backed up, lost with its HSM, restored, used, and destroyed', {
  concurrency: false,
}, () => {
  let folder = '';
  let packs: readonly string[] = [];
  let rosters: readonly string[] = [];
  let said = '';
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-life-test-'));
    ({ packs, rosters, said } = rehearsed(folder, [
      ['root', changed('root-generation', WRAPPABLE)],
      ['backup-split'],
      ['restore'],
      ['intermediate', changed('intermediate-signing', ...ON_THE_NEW_HSM)],
      ['officers', changed('officer-change', ...ON_THE_NEW_HSM, UNROTATED)],
      ['end', changed('destruction', ...ON_THE_NEW_HSM, ...NEW_ENVELOPES, NOT_THE_LAST)],
    ]));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const pack = (name: string) => packs[NAMES.indexOf(name)] as string;
  const ledger = (name: string) => ledgerOf(pack(name));
  const lost = () => ledger('root').keys[0]?.token ?? '';
  const restoredOn = () => ledger('restore').copies[0]?.token ?? '';

  test('every pack verifies by itself, by both verifiers, and all as a chain', () => assertVerify(packs, rosters));

  test('what the restored key signed holds under the certificate of the root, by openssl', () => {
    const root = join(pack('root'), 'publish', 'root.pem');
    const issued = join(pack('intermediate'), 'publish', 'example-tls-ca-1.pem');
    assert.match(
      execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', root, issued], { encoding: 'utf8' }),
      /: OK$/m,
    );
  });

  test('the ledger has the copy on each HSM, the wrapped one, and what opens them, until the end', () => {
    const kek = ledger('backup-split').backups?.[0]?.set;
    const states = (name: string) => ledger(name).shareSets.map(({ kind, hsm, state }) => [kind, hsm, state]);
    const onLost = [
      ['user', lost(), 'current'],
      ['so', lost(), 'current'],
    ];
    assert.notEqual(lost(), restoredOn());
    assert.deepEqual(states('restore'), [
      ...onLost,
      ['kek', lost(), 'current'],
      ['user', restoredOn(), 'current'],
      ['so', restoredOn(), 'current'],
    ]);
    assert.deepEqual(states('officers'), [
      ...onLost,
      ['kek', lost(), 'current'],
      ['user', restoredOn(), 'void'],
      ['so', restoredOn(), 'void'],
      ['user', restoredOn(), 'current'],
      ['so', restoredOn(), 'current'],
    ]);
    assert.equal(ledger('end').shareSets.find(({ id }) => id === kek)?.state, 'void');
    assert.deepEqual(
      states('end').map(([, hsm, state]) => (hsm === lost() ? state : null)),
      ['current', 'current', 'void', null, null, null, null],
    );
    assert.ok(ledger('end').shareSets.every(({ hsm, state }) => hsm === lost() || state === 'void'));
    assert.deepEqual(
      ledger('end').backups?.map(({ set, state, media }) => [set, state, media]),
      [[kek, 'destroyed', ['backups 1', 'backups 2']]],
    );
  });

  test('the change of officers says of each set that the leaver keeps a share of what it opens, and why', () => {
    const [backup] = ledger('backup-split').backups ?? [];
    const { stdout, stderr } = plannedAgain('officers', 'intermediate');
    const problems = stdout + stderr;
    const of = (kind: string, id: string) => `crypto-officer-2 hold a share of the ${kind} set ${id}`;
    const due = 'it stays due: The lost HSM is not here; the wrapped copy goes with the key.';
    for (const { kind, id } of ledger('root').shareSets)
      assert.ok(
        problems.includes(
          `${of(kind === 'so' ? 'security-officer' : kind, id)} of the HSM ${lost()}, and no step after this replaces it; ${due}`,
        ),
        kind,
      );
    assert.ok(
      problems.includes(
        `${of('kek', backup?.set ?? '')}, which opens ${backup?.file} on backups 1 and backups 2, and no step destroys that copy; ${due}`,
      ),
    );
    const text = ledgerText(5);
    for (const id of [...ledger('root').shareSets.map((set) => set.id), backup?.set])
      assert.match(
        text,
        new RegExp(`WARNING {2}(user|so|kek) set ${id}: crypto-officer-2 hold a share and are on the roster no more`),
      );
    assert.match(text, /WARNING {2}kek set [0-9a-f]+: .*: the end of the wrapped copy makes it worthless$/m);
  });

  test('the report of the change of officers says the same, and what to destroy of each set, of what is void too', () => {
    const report = reportWords(pack('officers'));
    const { shareSets, backups, former } = ledger('officers');
    const [leaver] = former ?? [];
    const people = JSON.parse(readFileSync(join(pack('officers'), 'people.json'), 'utf8')).people;
    const who = people[leaver?.seat ?? '']?.name;
    const kinds = { user: 'user PIN', so: 'PIN of the security officer', kek: 'wrapping key of a backup' };
    const opens = (kind: string) =>
      kind === 'kek'
        ? `it opens the wrapped key ${backups?.[0]?.file} on backups 1, backups 2: have another copy made, and destroy those media, or its envelopes and its shares on paper`
        : 'it opens that HSM: have it replaced by a rotation of the activation';
    const theirs = shareSets.filter(({ shares }) => shares.some(({ seat }) => seat === leaver?.seat));
    assert.deepEqual(
      theirs.map(({ state }) => state),
      ['current', 'current', 'current', 'void', 'void'],
    );
    for (const { id, kind, hsm, state, envelopes } of theirs) {
      const due = `DUE set ${id}, ${kinds[kind]} of the HSM ${hsm}: ${who} hold a share; ${opens(kind)}`;
      assert.equal(unbroken(report).includes(unbroken(due)), state === 'current', due);
      const media = Object.entries(envelopes).map(([medium, files]) => `${medium} (${files.length} files)`);
      assert.equal(media.length, 2);
      const destroy = `To destroy, of set ${id} (${kinds[kind]}): every share on paper of ${who} (none is recorded); the envelopes on ${media.join(', ')}.`;
      assert.ok(unbroken(report).includes(unbroken(destroy)), destroy);
    }
    assert.equal(report.match(/\bDUE set\b/g)?.length, 3);
    assert.equal(report.match(/\bTo destroy, of set\b/g)?.length, 5);
  });

  test('the record is incomplete, and names the HSM that is lost and what opens it', () => {
    const record = recordOf(pack('end'));
    assert.equal(record.complete, false);
    assert.equal(record.key.state, 'active');
    const unaccounted = record.copies.filter(({ how }) => how === null);
    const open = ledger('root').shareSets.map(({ id }) => ['share-set', id]);
    assert.deepEqual(
      unaccounted.map(({ what, where }) => [what, where]),
      [['hsm', lost()], ...open],
    );
    assert.deepEqual(
      record.copies.filter(({ how }) => how !== null).map(({ what, how }) => `${what}: ${how}`),
      [
        'hsm: both objects destroyed',
        'wrapped: every medium that held it is destroyed',
        ...Array(5).fill('share-set: void: it opens nothing that is secret'),
      ],
    );
    assert.match(said, /DESTRUCTION RECORD of the key "root-key": INCOMPLETE: nobody accounts for 3 of 10 copies/);
    assert.ok(said.includes(`- on the HSM ${lost()}: NOBODY ACCOUNTS FOR IT`));
  });

  test('the shares of the lost HSM lie where they were, and no medium that was destroyed is an account of them', () => {
    const { custody, shareSets } = ledger('end');
    const stateOf = (name: string) =>
      custody.filter(({ unit }) => unit.startsWith(`${name}.`)).map(({ state }) => state);
    assert.deepEqual([stateOf('envelopes'), stateOf('new-envelopes')], [[], ['destroyed', 'destroyed']]);
    for (const { hsm, kind, state, envelopes } of shareSets) {
      if (hsm !== lost() || kind === 'kek') continue;
      assert.equal(state, 'current');
      assert.deepEqual(Object.keys(envelopes).sort(), ['envelopes 1', 'envelopes 2']);
    }
  });

  test('"quorate ledger" shows what is left, and what is due of it', () => {
    const text = ledgerText(6);
    const set = (kind: string, state: string, hsm: string) =>
      new RegExp(`^ {2}${kind} set [0-9a-f]{32}: ${state}, 3 of 5, HSM ${hsm}$`, 'm');
    for (const line of [
      // Its copy on the HSM on which it was restored is destroyed: that changes no state.
      new RegExp(
        `^ {2}root \\("rehearsal-example-root-g1"\\): ACTIVE since ${ledger('root').keys[0]?.states[1]?.at}$`,
        'm',
      ),
      new RegExp(
        `^ {4}${ledger('root').keys[0]?.generatedAt} {2}pre-activation: it was generated \\(ceremony 1, step root-key, approved by crypto-officer-1, `,
        'm',
      ),
      /^ {4}\S+Z {2}pre-activation to active: the certificate root\.crt was issued for it \(ceremony 1, step root-certificate, approved by /m,
      new RegExp(`^ {4}on HSM ${lost()}; destroyed on ${restoredOn()}$`, 'm'),
      /^ {4}has signed 2 certificates and 2 CRLs, the last with number 2, until /m,
      new RegExp(
        `^ {2}WARNING {2}key "root": it is on the HSM ${lost()} alone, and no wrapped copy is kept: with that HSM it is lost$`,
        'm',
      ),
      set('user', 'CURRENT', lost()),
      set('so', 'CURRENT', lost()),
      set('kek', 'VOID', lost()),
      set('user', 'VOID', restoredOn()),
      set('so', 'VOID', restoredOn()),
      /^ {2}crypto-officer-2: 2 shares, ON THE ROSTER NO MORE$/m,
      /^ {2}[0-9a-f]{32}-root\.kwp: destroyed, on backups 1, backups 2$/m,
    ])
      assert.match(text, line);
    assert.doesNotMatch(text, new RegExp(`CURRENT, 3 of 5, HSM ${restoredOn()}`));
  });

  /** Plans a script of the sequence once more, with the site, the roster and the pack before of its ceremony. */
  function plannedAgain(name: string, previous: string) {
    const desk = join(folder, 'desk');
    mkdirSync(desk);
    cpSync(join(pack(name), 'site.yaml'), join(desk, 'site.yaml'));
    cpSync(join(pack(name), 'roster', 'roster.json'), join(desk, 'roster.json'));
    cpSync(pack(previous), join(desk, 'previous'), { recursive: true });
    return quorate('plan', join(folder, `${name}.yaml`), '--site', join(desk, 'site.yaml'));
  }

  /** Of the packs until then, as people read it. */
  function ledgerText(ceremonies: number): string {
    const given = packs.slice(0, ceremonies);
    const { status, stdout, stderr } = quorate(
      'ledger',
      ...given,
      '--expect',
      'rehearsal',
      '--roster',
      rosters[0] ?? '',
    );
    assert.equal(status, 0, stderr);
    return stdout;
  }
});

/** Both HSMs are brought, the one that was lost is in the bag in which it was put away, and the key goes on both. */
function endOnBoth(): string {
  const destroyed = lineOf('destruction', 'root-key-destroyed');
  const again = (line: string) => line.replace('id: root-key', 'id: first').replace('root-hsm', 'new-hsm');
  const both = (id: string, ...changes: readonly Change[]): Change => {
    const own = lineOf('destruction', id);
    return [own, own + changes.reduce((line, [from, to]) => line.replaceAll(from, to), own)];
  };
  return changed(
    'destruction',
    ['  root-hsm: { expect: ledger }\n', '  root-hsm: { expect: ledger }\n  new-hsm: { expect: ledger }\n'],
    [
      '  cards: ',
      '  new-hsm: { kind: hsm, token: new-hsm, arrives: sealed }\n  restored-envelopes: { kind: medium, copies: 2, holds: share-envelopes, arrives: sealed }\n  cards: ',
    ],
    [destroyed, again(destroyed).replace(...NOT_THE_LAST) + destroyed],
    both('envelopes-out', ['envelopes', 'restored-envelopes']),
    both('envelopes-shredded', ['envelopes', 'restored-envelopes']),
    both('envelopes-away', ['envelopes', 'restored-envelopes']),
    both('hsm-out', ['hsm', 'new-hsm']),
    both('hsm-away', ['hsm', 'new-hsm']),
    both('hsm-seen', ['hsm-seen', 'new-hsm-seen'], ['root-hsm', 'new-hsm']),
    both('hsm-erased', ['hsm-erased', 'new-hsm-erased'], ['root-hsm', 'new-hsm']),
  );
}

describe('an HSM that was lost is found, and the key goes on it too', { concurrency: false }, () => {
  let folder = '';
  let held: ReturnType<typeof rehearsed>;
  before(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-found-test-'));
    held = rehearsed(folder, [
      ['root', changed('root-generation', WRAPPABLE)],
      ['backup-split'],
      ['restore'],
      ['end-on-both', endOnBoth()],
    ]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('every pack verifies by itself, by both verifiers, and all as a chain', () =>
    assertVerify(held.packs, held.rosters));

  test('the record is complete: the key is destroyed on both, the wrapped copy with its media, and every set is void', () => {
    const [end = ''] = held.packs.slice(-1);
    const { keys, shareSets, backups } = ledgerOf(end);
    assert.deepEqual(
      [keys[0]?.state, shareSets.map(({ state }) => state), backups?.map(({ state }) => state)],
      ['destroyed', Array(5).fill('void'), ['destroyed']],
    );
    const record = recordOf(end);
    assert.equal(record.complete, true);
    assert.deepEqual(
      record.copies.slice(0, 3).map(({ what, how, step }) => [what, how, step]),
      [
        ['hsm', 'both objects destroyed', 'root-key-destroyed'],
        ['hsm', 'both objects destroyed', 'first-destroyed'],
        ['wrapped', 'every medium that held it is destroyed', null],
      ],
    );
    assert.match(held.said, /DESTRUCTION RECORD of the key "root-key": COMPLETE: every copy is accounted for/);
  });

  test('"quorate ledger" shows nothing of it that is left, and warns of nothing', () => {
    const { status, stdout } = quorate(
      ...['ledger', ...held.packs, '--expect', 'rehearsal', '--roster', held.rosters[0] ?? ''],
    );
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^warnings: none$/m);
    assert.match(stdout, /^custodians: none$/m);
    assert.match(stdout, /^ {2}root \("rehearsal-example-root-g1"\): DESTROYED since /m);
    assert.match(stdout, /^ {4}on no HSM; destroyed on [0-9a-f]{16}, [0-9a-f]{16}$/m);
  });
});
