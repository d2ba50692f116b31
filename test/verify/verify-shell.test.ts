import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Event } from '../../src/transcript/event.ts';
import { verifyPack } from '../../src/verify/verify-pack.ts';
import { addAddendum, type ForgedAddendum } from '../forge/addendum.ts';
import { approvalOf, beginOf, deviated, everything, exchanged, inserting } from '../forge/at-table.ts';
import { addingAfter, chained, moving, proposalSeq } from '../forge/edit.ts';
import type { Faults } from '../forge/faults.ts';
import { forge } from '../forge/forge.ts';
import type { RecordOptions } from '../forge/record.ts';
import { requesting } from '../forge/requesting.ts';
import { unchanged } from '../forge/unchanged.ts';
import { allVectors } from '../forge/vectors.ts';

const SCRIPT = fileURLToPath(new URL('../../templates/verify/verify.sh', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'quorate-shell-'));
after(() => rmSync(root, { recursive: true, force: true }));

interface Said {
  readonly code: number;
  readonly lines: readonly string[];
  readonly faults: readonly string[];
  readonly errors: string;
}

let count = 0;

async function laidOut(faults: Faults = {}): Promise<{ readonly folder: string; readonly anchor: string }> {
  const { files, options } = await forge(faults);
  count += 1;
  const folder = join(root, String(count));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return { folder, anchor: options.roster ?? '' };
}

function run(folder: string, ...args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    const child = spawn('sh', [SCRIPT, ...args], { cwd: folder, timeout: 600_000 });
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('close', (code) => {
      const lines = out.split('\n');
      resolve({ code: code ?? -1, lines, faults: lines.filter((line) => line.startsWith('FAULT')), errors });
    });
  });
}

function evidenceLines(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => /^(shown|promised|missing) +evidence /.test(line));
}

/** What the program says of the same pack, in the form of the script's lines. */
async function evidenceOfProgram(faults: Faults | undefined): Promise<readonly string[]> {
  const { source, options, derive } = await forge(faults);
  const { evidence } = verifyPack(source, options, derive);
  return evidence.map(({ state, kind, detail }) => `${state.padEnd(9)} evidence ${kind}: ${detail}`);
}

/** One vector of each family whose faults the shell finds: all of them would take minutes. */
async function onePerFamily() {
  const families = new Map<string, [string, Faults]>();
  for (const [name, vector] of await allVectors()) {
    const [family = ''] = vector.check.split('-');
    if (vector.shell && !families.has(family)) families.set(family, [name, vector.faults]);
  }
  return [...families.values()];
}

describe('verify.sh', { concurrency: 2 }, () => {
  it('accepts a pack without a fault, line by line', async () => {
    const { folder, anchor } = await laidOut();
    const { code, lines, faults, errors } = await run(folder, anchor);
    assert.deepEqual({ code, faults, errors }, { code: 0, faults: [], errors: '' });
    const said = lines.join('\n');
    assert.match(said, /^ok {4} roster\/roster\.json has the SHA-256 that was given$/m);
    assert.match(
      said,
      /^ok {4} event 75, prepare-token of step activation: 5 of 3 needed people approved: alice,bob,carol,dave,erin$/m,
    );
    assert.match(
      said,
      /^ok {4} event \d+, sign of step root-certificate: 3 of 3 needed people approved: alice,bob,carol$/m,
    );
    assert.match(
      said,
      /^ok {4} what is signed in certificates\/root\.crt is, byte for byte, what was approved in event \d+$/m,
    );
    assert.match(said, /^\d+ checks, 0 faults\. Mode: rehearsal\. Outcome: complete\.$/m);
  });

  it('holds an enrolment for a change that did not come about to the token that it names', async () => {
    for (const changing of [true, 'renews'] as const) {
      const honest = await laidOut(unchanged(changing));
      assert.deepEqual((await run(honest.folder, honest.anchor)).faults, [], String(changing));
      const forged = await laidOut({
        ...unchanged(changing),
        sign: (path, content, { tokenOf, signWith: signs }) =>
          path.startsWith('statements/new-token.') ? signs(tokenOf('erin'), content) : undefined,
      });
      const { faults } = await run(forged.folder, forged.anchor);
      const who = changing === true ? 'frank' : 'dave';
      assert.deepEqual(faults, [`FAULT  statements/new-token.${who}.json is not signed by ${who}`]);
    }
  });

  it('holds a request of this CA to what was approved, and to the key that it is for', async () => {
    const { folder, anchor } = await laidOut({ record: requesting() });
    const { code, lines, errors } = await run(folder, anchor);
    assert.deepEqual({ code, errors }, { code: 0, errors: '' });
    assert.deepEqual(
      lines.filter((line) => line.includes('.csr')).map((line) => line.replace(/event \d+$/, 'event N')),
      [
        'ok     what is signed in requests-made/issuing.csr is, byte for byte, what was approved in event N',
        'ok     requests-made/issuing.pem is requests-made/issuing.csr',
        'ok     requests-made/issuing.csr is signed with its own key',
        'ok     requests-made/issuing.csr is for the key that was approved to sign it',
        'ok     publish/issuing.csr is requests-made/issuing.csr',
      ],
    );
    const vectors = await allVectors();
    for (const [name, fault] of [
      ['MISSING-surplus', /^FAULT {2}requests-made\/other\.csr was approved by nobody$/m],
      ['SIGNATURE-other-key', /that requests-made\/issuing\.csr is signed with its own key$/m],
      ['SIGNATURE-for-another-key', /that requests-made\/issuing\.csr is for the key that was approved to sign it$/m],
      ['TBS-other-name', /that what is signed in requests-made\/issuing\.csr is, byte for byte, what was approved/m],
    ] as const) {
      const wrong = await laidOut(vectors.get(`REQUEST-${name}`)?.faults);
      const said = await run(wrong.folder, wrong.anchor);
      assert.match(said.faults.join('\n'), fault, name);
    }
  });

  it('counts nobody who approved after the HSM was used, though the intent names them', async () => {
    const late = chained((events) => {
      const proposal = proposalSeq(events, 'activation');
      return moving(
        (event) => event.type === 'approval' && event.proposal === proposal && event.seat === 'erin',
        (event) => event.type === 'result' && event.proposal === proposal,
      )(events);
    });
    const { folder, anchor } = await laidOut({ events: late });
    assert.deepEqual((await run(folder, anchor)).faults, [
      'FAULT  event 75, prepare-token of step activation: no event before the HSM was used records the approval of erin',
      'FAULT  event 75, prepare-token of step activation: the intent names alice,bob,carol,dave,erin; approvals hold of alice,bob,carol,dave',
    ]);
  });

  it('accepts a pack of production', async () => {
    const { folder, anchor } = await laidOut({ record: { mode: 'production' } });
    const { code, faults } = await run(folder, anchor);
    assert.deepEqual({ code, faults }, { code: 0, faults: [] });
  });

  it('verifies with the public key that a copy of it signed on the second HSM', async () => {
    const { folder, anchor } = await laidOut({ record: { backup: true } });
    const { code, lines, faults, errors } = await run(folder, anchor);
    assert.deepEqual({ code, faults, errors }, { code: 0, faults: [], errors: '' });
    const proofs = lines.filter((line) => /^ok {4} event \d+: the key [0-9a-f]{64} has signed that/.test(line));
    assert.deepEqual(
      proofs.map((line) => line.replace(/^.* (?=serial)/, '')),
      ['serial hsm-0001', 'serial hsm-0002'],
    );
    const { vector } = await import('../vectors/STEP-COPY-of-the-other.ts');
    const other = await laidOut(vector.faults);
    const found = await run(other.folder, other.anchor);
    assert.equal(found.code, 1);
    assert.equal(found.faults.length, 1);
    assert.match(found.faults[0] ?? '', /^FAULT {2}it does not hold that event \d+: the key .* with serial hsm-0002$/);
  });

  it('verifies what a key signed before it was destroyed', async () => {
    const { destroying } = await import('../forge/destroying.ts');
    const { folder, anchor } = await laidOut({ record: destroying });
    const { code, lines, faults, errors } = await run(folder, anchor);
    assert.deepEqual({ code, faults, errors }, { code: 0, faults: [], errors: '' });
    assert.equal(
      lines.filter((line) => /^ok {4} event \d+: the key [0-9a-f]{64} has signed before it was destroyed/.test(line))
        .length,
      1,
    );
    const { vector } = await import('../vectors/STEP-DESTROY-another-signed.ts');
    const other = await laidOut(vector.faults);
    const found = await run(other.folder, other.anchor);
    assert.equal(found.code, 1);
    assert.match(
      found.faults.join('\n'),
      /^FAULT {2}it does not hold that event \d+: the key .* has signed before .*$/,
    );
  });

  it('follows the certificates of issuing CAs to their root, and finds each that does not lead there', async () => {
    const { folder, anchor } = await laidOut({ record: { hierarchy: true } });
    const { code, lines, faults, errors } = await run(folder, anchor);
    assert.deepEqual({ code, faults, errors }, { code: 0, faults: [], errors: '' });
    for (const said of [
      'certificates/root.crt verifies with its own key',
      'certificates/tls-ca-1.crt verifies with a certificate of the key that was approved for it',
      'certificates/tls-ca-1.crt leads to a root of this pack',
      'publish/tls-ca-2-chain.pem leads from certificates/tls-ca-2.crt to a root',
    ])
      assert.ok(lines.includes(`ok     ${said}`), said);
    const found = async (name: string) => {
      const { vector } = (await import(`../vectors/${name}.ts`)) as { readonly vector: { readonly faults: Faults } };
      const forged = await laidOut(vector.faults);
      return (await run(forged.folder, forged.anchor)).faults.map((fault) => fault.replace(/^.*hold that /, ''));
    };
    const ofSecond = (what: string) => `publish/tls-ca-2-${what}.pem leads from certificates/tls-ca-2.crt to a root`;
    const unled = ['certificates/tls-ca-2.crt leads to a root of this pack', ofSecond('chain'), ofSecond('full-chain')];
    const unsigned = 'certificates/tls-ca-2.crt verifies with a certificate of the key that was approved for it';
    assert.deepEqual(await found('CERTIFICATE-SIGNATURE-below-root'), [unsigned, ...unled]);
    assert.deepEqual(await found('CERTIFICATE-ISSUER-other-name'), [unsigned, ...unled]);
    assert.deepEqual(await found('CERTIFICATE-COPIES-other-chain'), [
      'publish/tls-ca-1-full-chain.pem leads from certificates/tls-ca-1.crt to a root',
    ]);
  });

  it('exits as "quorate verify" does where lines are withheld: 1 unless the reader was told', async () => {
    const withheld =
      '4 answers or corrections are withheld; their digests stand in the chain, and their steps are not shown';
    const outside = addingAfter(
      (event) => event.type === 'act' && event.phase === 'begin',
      () => ({ type: 'answer', step: 'film', seat: 'dana', checkedBy: [], question: 'Outside?', values: {} }),
    );
    const isOutside = (event: Event) => event.type === 'answer' && event.question === 'Outside?';
    const cases: readonly (readonly [Faults, untold: readonly string[], told: readonly string[]])[] = [
      [
        { withhold: (event) => event.type === 'answer' },
        [`${withheld}; if you were told of them, say --withheld allowed`],
        [],
      ],
      [
        { events: outside, withhold: isOutside },
        [
          'event 3 is withheld, and no step is open: answers and corrections stand in steps',
          `${withheld.replace('4', '1')}; if you were told of them, say --withheld allowed`,
        ],
        ['event 3 is withheld, and no step is open: answers and corrections stand in steps'],
      ],
    ];
    for (const [faults, untold, told] of cases) {
      const { folder, anchor } = await laidOut(faults);
      for (const [args, expected] of [
        [[], untold],
        [['--withheld', 'allowed'], told],
      ] as const) {
        const { source, options, derive } = await forge({
          ...faults,
          options: args.length > 0 ? { withheld: 'allowed' } : {},
        });
        const { findings } = verifyPack(source, options, derive);
        const said = await run(folder, anchor, ...args);
        assert.deepEqual(
          said.faults,
          expected.map((fault) => `FAULT  ${fault}`),
        );
        assert.equal(said.code, findings.length > 0 ? 1 : 0, JSON.stringify(findings));
        assert.equal(said.code, expected.length > 0 ? 1 : 0);
        if (expected.length === 0) assert.ok(said.lines.includes(`ok     ${withheld}`));
      }
    }
  });

  it('counts who approved a deviation, and withholds a correction as it does an answer', async () => {
    const { folder, anchor } = await laidOut({
      events: chained(
        everything,
        deviated('camera', { what: 'A "second" \\ camera, naïve' }),
        deviated('root-key', { effect: 'quirk', names: ['root-hsm', 'private-local', 'public-local'] }),
      ),
      withhold: (event) => event.type === 'correction',
    });
    const { code, faults, lines, errors } = await run(folder, anchor, '--withheld', 'allowed');
    assert.deepEqual({ code, faults, errors }, { code: 0, faults: [], errors: '' });
    const said = lines.filter((line) => line.includes('a deviation: '));
    assert.equal(said.length, 6);
    for (const line of said)
      assert.match(line, /^ok {4} event \d+, a deviation: 4 of 3 needed people approved: alice,bob,carol,dave$/);
    assert.ok(lines.some((line) => line.startsWith('ok     1 answers or corrections are withheld; ')));
  });

  it('accepts a deviation that nobody approved where nothing followed that needs it', async () => {
    const step = 'close';
    const said = {
      type: 'deviation',
      step,
      what: 'A bag is missing',
      why: 'Lost',
      effect: 'none',
      names: [],
      agreed: ['dana'],
    } as const;
    const { folder, anchor } = await laidOut({ events: inserting(beginOf(step), () => [said]) });
    const { code, lines } = await run(folder, anchor);
    assert.equal(code, 0);
    assert.match(
      lines.join('\n'),
      /^ok {4} event \d+, a deviation: 0 of 3 needed people approved; nothing was done after it that needs its approval$/m,
    );
  });

  it('finds a deviation that was not approved, or another than was approved', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['DEVIATION-APPROVED-two-of-three', /2 of 3 needed people had approved it before event \d+ \(alice,bob\)$/],
      ['DEVIATION-APPROVED-afterwards', /0 of 3 needed people had approved it before event \d+ \(\)$/],
      ['DEVIATION-APPROVED-before-sign-off', /0 of 3 needed people had approved it before event \d+ \(\)$/],
      ['APPROVAL-ROLE-of-deviation', /approvals\/\d+-gus\.p7s is no approval by a member who may approve$/],
      ['APPROVAL-SIGNATURE-of-deviation', /approvals\/\d+-dave\.p7s is no approval by a member who may approve$/],
      ['APPROVAL-STATEMENT-of-deviation', /a deviation: approved was another one than the recorded one$/],
      ['APPROVAL-STATEMENT-exchange', /a deviation: approved was another one than the recorded one$/],
    ];
    const vectors = await allVectors();
    for (const [name, fault] of cases) {
      const { folder, anchor } = await laidOut(vectors.get(name)?.faults);
      const { code, faults, errors } = await run(folder, anchor);
      assert.deepEqual({ code, errors }, { code: 1, errors: '' }, name);
      assert.ok(
        faults.some((line) => fault.test(line)),
        `${name}: ${faults.join('\n')}`,
      );
    }
  });

  it('holds what is signed to what was approved where it was done, not where it failed', async () => {
    let failed = 0;
    const record: RecordOptions = {
      choose: ({ options }) => options.find(({ name }) => name === 'propose-again')?.name,
      guard: (guard) => ({
        ...guard,
        execute: async (id, approvals) => {
          const done = await guard.execute(id, approvals);
          // The certificate that is proposed again has another serial number.
          if (done.facts['signature'] !== undefined && failed++ === 0)
            throw new CeremonyError('HSM_DEVICE_ERROR', 'the HSM failed: CKR_DEVICE_ERROR');
          return done;
        },
      }),
    };
    const { folder, anchor } = await laidOut({ record });
    const sound = await run(folder, anchor);
    assert.deepEqual([sound.code, sound.faults, sound.errors], [0, [], '']);
    const certified = sound.lines.filter((line) => line.includes(' sign of step root-certificate: '));
    assert.equal(certified.length, 2, 'both are counted');
    assert.equal(sound.lines.filter((line) => line.includes('certificates/root.crt is, byte for byte,')).length, 1);

    const undone = await laidOut({
      record,
      event: (event) =>
        event.type === 'result' && event.outcome === 'done' && event.facts['signature'] !== undefined
          ? { ...event, outcome: 'failed' }
          : undefined,
    });
    const { code, faults } = await run(undone.folder, undone.anchor);
    assert.equal(code, 1);
    assert.ok(faults.includes('FAULT  certificates/root.crt was approved by nobody'), faults.join('\n'));
  });

  it('demands the signatures of whoever came for somebody, and not of those who left', async () => {
    const { folder, anchor } = await laidOut({
      record: { spare: true },
      events: chained(
        exchanged('film', 'gus', 'hana'),
        exchanged('key-read', 'erin', 'frank', { declinedBy: ['dave'], approvedBy: ['alice', 'bob', 'carol'] }),
        exchanged('lock', 'hana', 'gus'),
      ),
    });
    const { code, faults, lines, errors } = await run(folder, anchor);
    assert.deepEqual({ code, faults, errors }, { code: 0, faults: [], errors: '' });
    assert.ok(lines.some((line) => line.startsWith('ok     6 people have signed the manifest, among them all 6 with')));
  });

  it('has nobody exchanged whom too few let go at once', async () => {
    const names = ['gus', 'hana'];
    const late = (approvedBy: readonly string[]) => ({
      record: { spare: true },
      events: chained(
        deviated('film', { effect: 'exchange', names, approvedBy }),
        inserting(beginOf('camera'), (_first, events) => {
          const deviation = events.find((event) => event.type === 'deviation')?.seq ?? 0;
          return ['carol', 'dave', 'erin'].map((seat) => approvalOf(events, seat, deviation));
        }),
      ),
    });
    const there = await laidOut(late(['alice', 'bob']));
    assert.equal((await run(there.folder, there.anchor)).code, 0);
    const { folder, anchor } = await laidOut({
      ...late(['alice', 'bob']),
      sealed: (files) => void files.delete('signatures/gus.p7s'),
    });
    const { faults } = await run(folder, anchor);
    assert.ok(
      faults.includes('FAULT  gus was called, has a token, and has not signed the manifest'),
      faults.join('\n'),
    );
  });

  it('finds who came, and cannot have, as "quorate verify" does', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['DEVIATION-SCOPE-exchange-of-nobody', /: frank is exchanged, and fills no seat$/],
      ['DEVIATION-SCOPE-exchange-seated-already', /: dave comes for erin, and fills a seat already$/],
      ['DEVIATION-SCOPE-exchange-another-role', /: hana comes for erin, and is no member of the same role$/],
      ['DEVIATION-SCOPE-exchange-stranger', /: mallory comes for gus, and is no member of the same role$/],
      ['DEVIATION-SCOPE-exchange-after-sign-off', /: gus is exchanged after a sign-off$/],
      ['SIGNATURE-MISSING-who-came', /hana was called, has a token, and has not signed the manifest$/],
    ];
    const vectors = await allVectors();
    for (const [name, fault] of cases) {
      const { folder, anchor } = await laidOut(vectors.get(name)?.faults);
      const { code, faults, errors } = await run(folder, anchor);
      assert.deepEqual({ code, errors }, { code: 1, errors: '' }, name);
      assert.deepEqual(
        faults.filter((line) => !fault.test(line)),
        [],
        name,
      );
    }
  });

  it('takes the digest in capitals and in groups', async () => {
    const { folder, anchor } = await laidOut();
    const groups = anchor.toUpperCase().match(/.{4}/g)?.join(' ') ?? '';
    assert.equal((await run(folder, groups)).code, 0);
  });

  it('says how it is used, and what is no pack', async () => {
    const { folder } = await laidOut();
    const digest = 'a'.repeat(64);
    const withheld = [
      [digest, '--withheld'],
      [digest, '--withheld', 'yes'],
      [digest, 'allowed', '--withheld'],
      [digest, '--withheld', 'allowed', 'x'],
      [digest, '', ''],
    ];
    for (const args of [[], ['abc'], ['g'.repeat(64)], [digest, 'b'], [digest, ''], ...withheld]) {
      const { code, errors } = await run(folder, ...args);
      assert.equal(code, 1);
      assert.match(errors, /^usage: cd PACK && sh verify\.sh ROSTER_SHA256/);
    }
    const { code, faults } = await run(root, 'a'.repeat(64));
    assert.equal(code, 1);
    assert.deepEqual(faults, [
      'FAULT  there is no manifest.json here: this is no evidence pack, or the ceremony was never sealed',
    ]);
  });

  it('reads nothing through a link: one ends it, whatever lies behind it', async () => {
    const outside = mkdtempSync(join(root, 'outside-'));
    execFileSync('mkfifo', [join(outside, 'pipe')]);
    const cases: readonly (readonly [link: string, target: string])[] = [
      ['certificates/linked.crt', '/etc/passwd'],
      // The very file that was there: what is read through a link may be another a moment later.
      ['roster/roster.json', 'its own'],
      ['manifest.json', 'its own'],
      ['events.jsonl', 'its own'],
      ['views', 'its own'],
      // Nobody writes into this pipe: who opens it waits for ever.
      ['script.yaml', join(outside, 'pipe')],
      ['publish/nothing.crt', join(outside, 'not there')],
      ['addenda/01-x/deep.pdf', '/etc/passwd'],
      ['addenda/01-x/files/deeper.pdf', '/etc/passwd'],
      ['addenda/01-x/files/y/deepest.pdf', '/etc/passwd'],
      ['loop', '.'],
      ['.hidden', '/proc'],
    ];
    for (const [link, target] of cases) {
      const { folder, anchor } = await laidOut();
      const at = join(folder, link);
      mkdirSync(dirname(at), { recursive: true });
      const own = join(outside, link.replaceAll('/', '-'));
      if (target === 'its own') renameSync(at, own);
      else rmSync(at, { recursive: true, force: true });
      symlinkSync(target === 'its own' ? own : target, at);
      const said = await run(folder, anchor);
      assert.deepEqual(
        { ...said, lines: said.lines.filter((line) => line !== '') },
        {
          code: 1,
          lines: [`FAULT  a link, not a file: ${link}`, 'FAULT  a pack has no links: nothing of it was read'],
          faults: [`FAULT  a link, not a file: ${link}`, 'FAULT  a pack has no links: nothing of it was read'],
          errors: '',
        },
        link,
      );
    }
  });

  it('runs nothing that the pack names', async () => {
    const { folder, anchor } = await laidOut();
    writeFileSync(join(folder, 'approvals', '$(touch run)'), 'x');
    writeFileSync(join(folder, 'approvals', '-rf'), 'x');
    const { code, faults } = await run(folder, anchor);
    assert.equal(code, 1);
    assert.ok(faults.includes('FAULT  a file name that is not plain: approvals/$(touch run)'));
    assert.ok(faults.includes('FAULT  a file name that is not plain: approvals/-rf'));
    assert.throws(() => writeFileSync(join(folder, 'run', 'x'), ''), { code: 'ENOENT' });
  });

  it('sees what lies in hidden folders, and names what it does not check', async () => {
    const { folder, anchor } = await laidOut({
      sealed: (files, tools) => {
        addAddendum(files, tools, { kind: 'minutes' });
        files.set('timestamps/manifest.tsr', Buffer.from('x'));
      },
    });
    const sound = await run(folder, anchor);
    assert.deepEqual(sound.faults, []);
    assert.ok(sound.lines.includes('NOT checked: timestamps/manifest.tsr: anybody may have added it.'));
    assert.equal(
      sound.lines.at(-2),
      'NOT checked: views/report.pdf: it is in no list, nobody signed it, and anybody may have replaced it.',
    );
    for (const path of ['.hidden/file', 'roster/.hidden/file', 'addenda/01-minutes/.hidden/file', '..hidden']) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), 'x');
    }
    const { code, faults } = await run(folder, anchor);
    assert.equal(code, 1);
    for (const hidden of ['.hidden', 'roster/.hidden', 'addenda/01-minutes/.hidden'])
      assert.ok(faults.includes(`FAULT  a hidden folder: ${hidden}`), faults.join('\n'));
    assert.ok(faults.includes('FAULT  a file name that is not plain: ..hidden'), faults.join('\n'));
  });

  it('says of what comes after the close what "quorate verify" says, in the same words', async () => {
    const cases: readonly (readonly [readonly ForgedAddendum[], readonly string[]])[] = [
      [[], ['promised  evidence video: no addendum yet', 'promised  evidence ink-pages: no addendum yet']],
      [
        [
          { note: 'The "first" part, \\ naïve; {"carried":true,"name":"x"}', signedBy: [] },
          { number: 2, kind: 'seals', files: { 'bag-1.jpg': 'a', 'bag-2.jpg': 'b' }, signedBy: ['gus'] },
          { number: 4, signedBy: ['gus', 'alice', 'bob'], files: { 'film.mp4': null } },
        ],
        [
          'shown     evidence video: addendum 01 of 2027-03-02T09:00:00Z: 2 files, 1 only as a digest; unsigned: asserted by nobody',
          'shown     evidence seals: addendum 02 of 2027-03-02T09:00:00Z: 2 files; signed by one: gus; the script does not promise it',
          'shown     evidence video: addendum 04 of 2027-03-02T09:00:00Z: 1 file, 1 only as a digest; signed by alice, bob, gus',
          'promised  evidence ink-pages: no addendum yet',
        ],
      ],
    ];
    for (const [addenda, expected] of cases) {
      const faults: Faults = {
        sealed: (files, tools) => addenda.forEach((one) => void addAddendum(files, tools, one)),
      };
      const { folder, anchor } = await laidOut(faults);
      const { code, errors, lines } = await run(folder, anchor);
      assert.deepEqual({ code, errors }, { code: 0, errors: '' }, lines.join('\n'));
      assert.deepEqual(evidenceLines(lines), expected);
      assert.deepEqual(await evidenceOfProgram(faults), expected);
    }
  });

  it('finds every fault of an addendum that "quorate verify" finds, and says the same of what it holds', async () => {
    type Files = Map<string, Uint8Array>;
    const copySignature = (files: Files, folder: string, from: string, to: string) =>
      void files.set(`${folder}/signatures/${to}.p7s`, files.get(from) ?? Buffer.alloc(0));
    // All in one pack, each with a number of its own: a run of the script for each would take minutes.
    const wrong: readonly (readonly [ForgedAddendum, (files: Files, folder: string) => void, fault: RegExp])[] = [
      [{ signedBy: [] }, (files, folder) => void files.delete(`${folder}/addendum.json`), /addendum\.json is not here/],
      [
        { change: (document) => void Object.assign(document, { by: 'dana' }) },
        () => undefined,
        /has not the form of an addendum/,
      ],
      [
        { change: (document) => void Object.assign(document, { kind: 'seals' }) },
        () => undefined,
        /not of that number and kind/,
      ],
      [
        { change: (document) => void Object.assign(document, { number: 98 }) },
        () => undefined,
        /not of that number and kind/,
      ],
      [
        { change: (document) => void Object.assign(document, { pack: 'ab'.repeat(32) }) },
        () => undefined,
        /or of another pack$/,
      ],
      [{ change: ({ files }) => void files.reverse() }, () => undefined, /in another order than by name/],
      [{ files: { 'a.pdf': 'a', 'A.pdf': 'A' } }, () => undefined, /names a file twice/],
      [
        {},
        (files, folder) => void files.delete(`${folder}/files/film.mp4`),
        /is not here, and the addendum carries it/,
      ],
      [
        {},
        (files, folder) => void files.set(`${folder}/files/film.mp4`, Buffer.from('THE FILM')),
        /has not the size and/,
      ],
      [
        { change: ({ files: [film = {}] }) => void Object.assign(film, { size: 9 }) },
        () => undefined,
        /has not the size and/,
      ],
      [{}, (files, folder) => void files.set(`${folder}/files/other`, Buffer.from('x')), /not among what the addendum/],
      [
        {},
        (files, folder) => void files.set(`${folder}/files/sound.wav`, Buffer.from('x')),
        /not among what the addendum/,
      ],
      [{}, (files, folder) => void files.set(`${folder}/readme.txt`, Buffer.from('x')), /is no file of an addendum/],
      [
        { signedBy: ['alice'] },
        (files, folder) => copySignature(files, folder, `${folder}/signatures/alice.p7s`, 'bob'),
        /bob\.p7s is no signature over the addendum/,
      ],
      [
        { signedBy: ['alice'] },
        (files, folder) => copySignature(files, folder, 'addenda/20-video/signatures/gus.p7s', 'gus'),
        /gus\.p7s is no signature over the addendum/,
      ],
      [
        {},
        (files, folder) => copySignature(files, folder, `${folder}/signatures/gus.p7s`, 'dana'),
        /dana\.p7s is no signature over the addendum/,
      ],
    ];
    const faults: Faults = {
      sealed: (files, tools) => {
        addAddendum(files, tools, { number: 20 });
        addAddendum(files, tools, { number: 21 });
        addAddendum(files, tools, { number: 21, kind: 'seals' });
        for (const [index, [wanted, make]] of wrong.entries())
          make(files, addAddendum(files, tools, { ...wanted, number: index + 1 }));
      },
    };
    const { folder, anchor } = await laidOut(faults);
    const said = await run(folder, anchor);
    assert.deepEqual([said.code, said.errors], [1, '']);
    for (const [index, [, , fault]] of wrong.entries()) {
      const prefix = `addenda/${String(index + 1).padStart(2, '0')}-video`;
      const own = said.faults.filter((line) => line.includes(prefix));
      assert.ok(own.length > 0 && own.every((line) => fault.test(line)), `${prefix}: ${own.join('\n')}`);
    }
    const { source, options, derive } = await forge(faults);
    const found = verifyPack(source, options, derive).findings;
    for (const index of wrong.keys())
      assert.ok(
        found.some(({ where }) => where.startsWith(`addenda/${String(index + 1).padStart(2, '0')}-video/`)),
        `${index + 1}`,
      );
    const lines = evidenceLines(said.lines);
    assert.equal(lines.filter((line) => line.startsWith('missing ')).length, wrong.length + 1);
    assert.equal(lines.filter((line) => line.startsWith('shown ')).length, 2);
    assert.deepEqual([...lines].sort(), [...(await evidenceOfProgram(faults))].sort());
  });

  it('demands the signatures of those whom the plan calls, however the ceremony ended', async () => {
    const refuse = ({ step }: { readonly step: string }) => step === 'film';
    const { folder, anchor } = await laidOut({ record: { refuse }, options: { outcome: 'aborted' } });
    const { faults, lines } = await run(folder, anchor);
    assert.deepEqual(faults, []);
    assert.ok(
      lines.includes('ok     6 people have signed the manifest, among them all 6 with a token who were called'),
    );
    rmSync(join(folder, 'signatures'), { recursive: true });
    const unsigned = await run(folder, anchor);
    assert.ok(
      unsigned.faults.includes('FAULT  gus was called, has a token, and has not signed the manifest'),
      unsigned.faults.join('\n'),
    );
    assert.ok(
      unsigned.faults.includes(
        'FAULT  0 people of the role crypto-officer have signed the manifest; as many as may administer, 3, must have',
      ),
    );
  });

  it('does not take a NUL that the shell would not see', async () => {
    const { folder, anchor } = await laidOut({
      eventLine: (text) => (text.includes('"type":"close"') ? text : undefined),
      files: (files) => {
        const events = Buffer.from(files.get('events.jsonl') ?? '');
        files.set('events.jsonl', Buffer.concat([events.subarray(0, 20), Buffer.alloc(1), events.subarray(20)]));
      },
    });
    const { faults } = await run(folder, anchor);
    assert.ok(faults.includes('FAULT  it does not hold that events.jsonl is text whose last line has its line feed'));
  });

  it('finds a fault of each family that it checks', async () => {
    const missed: string[] = [];
    const todo = await onePerFamily();
    assert.ok(todo.length >= 15, `${todo.length} families`);
    const work = async () => {
      for (let next = todo.shift(); next; next = todo.shift()) {
        const [name, faults] = next;
        const { folder, anchor } = await laidOut(faults);
        const said = await run(folder, anchor);
        if (said.code !== 1 || said.faults.length === 0 || said.errors !== '')
          missed.push(`${name} ${said.code} ${said.errors}`);
      }
    };
    await Promise.all([work(), work()]);
    assert.deepEqual(missed, []);
  });
});
