import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { canonicalBytes } from '../../src/base/canonical-json.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { buildManifest, manifestFile } from '../../src/pack/manifest.ts';
import { verifyAsMember } from '../../src/quorum/member-signature.ts';
import { memberOf, readRoster } from '../../src/quorum/roster.ts';
import { type Act, inTurn, layTable, Session, type Table } from './table.ts';

const END = /^EXIT \d+/m;
const WHO = /Who signs next\?/;

describe('an addendum that members sign', { concurrency: false }, () => {
  let table: Table;
  let pack: string;
  let film: string;

  before(() => {
    table = layTable();
    film = join(dirname(table.folder), 'camera-1.mp4');
    writeFileSync(film, 'a film');
  });
  after(() => table?.remove());
  /** What adding reads of a sealed pack, of a ceremony at this table. */
  beforeEach(() => {
    pack = join(dirname(table.folder), 'pack');
    rmSync(pack, { recursive: true, force: true });
    mkdirSync(join(pack, 'roster'), { recursive: true });
    const bytes = (name: string) => readFileSync(join(table.folder, name));
    cpSync(join(table.folder, 'authorization'), join(pack, 'authorization'), { recursive: true });
    const plan = canonicalBytes({ evidence: ['video'] });
    writeFileSync(join(pack, 'plan.json'), plan);
    writeFileSync(join(pack, 'authorization.json'), bytes('authorization.json'));
    writeFileSync(join(pack, 'roster', 'roster.json'), bytes('roster.json'));
    const facts = { ceremony: NO_DIGEST, head: NO_DIGEST, events: 1, outcome: 'complete', mode: 'rehearsal' } as const;
    const digests = { authorization: sha256(bytes('authorization.json')), roster: table.roster };
    writeFileSync(
      join(pack, 'manifest.json'),
      buildManifest({ ...facts, ...digests }, [manifestFile('plan.json', plan)]),
    );
  });

  /** People sit at a terminal until the program has ended. */
  async function sit(args: readonly string[], act?: Act) {
    const session = new Session(table, { command: ['add', pack, '--evidence', 'video', ...args, film] });
    try {
      await session.playUntil(END, act);
      return { code: await session.end(), screen: await session.screen(), err: session.stderr(), seen: session.seen };
    } finally {
      session.close();
    }
  }

  const folder = () => join(pack, 'addenda', '01-video');

  it('comes into the pack with their signatures, each over what its holder has read', async () => {
    const turns = inTurn([WHO, 'crypto-officer-1'], [WHO, 'auditor-1'], [WHO, 'crypto-officer-2'], [WHO, 'stop']);
    const { code, screen, err, seen } = await sit(['--sign', '--roster', table.roster], turns);
    assert.equal(code, 0, err + screen);
    assert.ok(
      seen.some((one) => one.includes('camera-1.mp4, 6 bytes')),
      'the file stood on the page that was read',
    );
    assert.ok(
      seen.some((one) => one.includes('"auditor-1" has no token to sign with')),
      'who has no token is told so',
    );
    assert.match(screen, /signatures {2}crypto-officer-1, crypto-officer-2/);
    const roster = readRoster(readFileSync(join(table.folder, 'roster.json')));
    const addendum = readFileSync(join(folder(), 'addendum.json'));
    const signed = readdirSync(join(folder(), 'signatures')).sort();
    assert.deepEqual(signed, ['crypto-officer-1.p7s', 'crypto-officer-2.p7s']);
    for (const name of signed) {
      const member = memberOf(roster, name.slice(0, -'.p7s'.length));
      assert.ok(member);
      verifyAsMember(
        readFileSync(join(folder(), 'signatures', name)),
        addendum,
        member.tokens.map(({ signing }) => signing),
      );
    }
  });

  it('is not added where nobody signs, or people carry another roster; and nothing is left of it', async () => {
    const stopped = await sit(['--sign'], inTurn([WHO, 'stop']));
    assert.equal(stopped.code, 2, stopped.err);
    assert.match(stopped.err, /ADDENDUM_REFUSED: nobody has signed the addendum/);
    const other = await sit(['--sign', '--roster', sha256('another')]);
    assert.equal(other.code, 3, other.err);
    assert.match(other.err, /ROSTER_INVALID: the roster has SHA-256/);
    assert.ok(!existsSync(folder()));
    assert.ok(!readdirSync(dirname(pack)).some((name) => name.includes('.adding')), 'nothing lies beside it');
  });
});
