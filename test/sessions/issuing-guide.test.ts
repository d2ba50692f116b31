import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { wordRows } from '../../src/base/words.ts';
import { readAuthorization } from '../../src/quorum/authorization.ts';
import { GuideCommands } from './guide-commands.ts';
import { inTurn, ROOT, Session, tableIn } from './table.ts';

const SCRIPT = join(ROOT, 'test', 'script', 'examples', 'intermediate-signing.yaml');
const WHO = /Who signs next\?/;

/** What those do who hold a second ceremony: every command of the guide, in its order, as it stands there. */
describe('the guide to the second ceremony of a CA', { concurrency: false }, () => {
  const commands = new GuideCommands('guides/issuing.md', () => home);
  const run = (what: RegExp) => commands.run(what);
  let home: string;
  before(() => {
    home = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-issuing-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));
  const digest = (name: string) => sha256(readFileSync(join(home, name)));

  const sumsIn = (text: string) => [...text.matchAll(/\b[0-9a-f]{64}\b/g)].map(([sum]) => sum);

  it('has a pack to follow, a request, a draft and a table', () => {
    run(/^bin\/quorate rehearse ceremonies\/root-generation-vault\.yaml --out ~\/first$/);
    const { head } = JSON.parse(readFileSync(join(home, 'first', 'manifest.json'), 'utf8')) as { head: string };
    const shown = run(/show ~\/first\/manifest\.json$/).replaceAll(/\s/g, '');
    for (const value of [digest('first/manifest.json'), head])
      assert.ok(shown.includes(value.slice(0, 32)) && shown.includes(value.slice(32)), value);
    const [key = ''] = sumsIn(run(/openssl req -new/));
    const ofRequest = run(/show ~\/request\.csr$/);
    const rows = wordRows(key).map(({ number, words }) => `${number}  ${words.join('  ')}\n`);
    assert.ok(ofRequest.includes(rows.join('')), ofRequest);
    assert.match(run(/--pdf ~\/draft\.pdf$/), /^printed script .*\/draft\.pdf$/m);
    assert.match(run(/practice .* --from ~\/first --in ~\/second/), /^policy-authority-2 .* [0-9]{8}$/m);
  });

  it('authorizes it: number, pack before and the key from another way', async () => {
    const table = tableIn(join(home, 'second'), SCRIPT);
    run(/mv ~\/second\/authorization /);
    const session = new Session(table, {
      line: `cd '${ROOT}' && HOME='${home}' && export HOME && ${commands.next('terminal', /^bin\/quorate authorize /)}`,
    });
    const act = inTurn([WHO, 'policy-authority-1'], [WHO, 'policy-authority-2']);
    try {
      await session.playUntil(/^EXIT \d+/m, act);
      assert.equal(await session.end(), 0, await session.screen());
    } finally {
      session.close();
    }
    assert.equal(act.left(), 0);
    const made = readAuthorization(readFileSync(join(home, 'second', 'authorization.json')));
    const signed = readAuthorization(readFileSync(join(home, 'second', 'put-away', 'authorization.json')));
    assert.equal(made.ceremony, 2);
    assert.equal(made.previous, digest('second/previous/manifest.json'));
    assert.deepEqual([...made.references], [...signed.references]);
    assert.match(run(/--pdf ~\/second\/book\.pdf$/), /^printed script .*\/book\.pdf$/m);
  });

  it('leads to a pack that verifies, with the key of the request and the next CRL', () => {
    run(/rehearse .* --from ~\/first --out ~\/pack-2$/);
    assert.match(run(/verify ~\/pack-2 /), /^no findings$/m);
    const [certified, requested] = sumsIn(run(/publish\/tls-ca-1\.crt/));
    assert.ok(certified && certified === requested);
    assert.match(run(/-crlnumber/), /^crlNumber=0x0?1\ncrlNumber=0x0?2\nnextUpdate=/);
    run(/rehearse ceremonies\/device-batch\.yaml --out ~\/batch$/);
    const made = readdirSync(join(home, 'batch', 'certificates')).filter((name) => name.endsWith('.crt'));
    assert.deepEqual(
      made,
      [1, 2, 3, 4, 5].map((number) => `requests-${number}.crt`),
    );
    assert.equal(commands.left, 0, 'every command was run');
  });
});
