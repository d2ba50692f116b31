import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hexGroups, sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { wordRows } from '../../src/base/words.ts';
import { CeremonyLog } from '../../src/cli/ceremony-log.ts';
import { narrator } from '../../src/cli/narration.ts';
import type { Interjection, People } from '../../src/ports.ts';
import { type RecordOptions, recordCeremony } from '../forge/record.ts';

const AT = '2027-03-10T09:08:07Z';

/** A ceremony of the forge, and the log of it. */
async function logged(options: RecordOptions = {}, around: (people: People) => People = (people) => people) {
  const parts: string[] = [];
  const stream = { write: (part: string) => parts.push(part) };
  const log = new CeremonyLog({
    line: narrator(stream, () => AT).line,
    command: { script: '/srv/root.yaml', site: '/srv/site.yaml', out: '/srv/pack', resume: false },
    names: new Map([
      ['dana', 'Dana Test'],
      ['alice', 'Alice \u001b[31mTest'],
    ]),
  });
  const recording = await recordCeremony({
    ...options,
    people: (people) => log.people(around(people)),
    files: (files) => log.files(files),
  });
  const text = parts.join('');
  assert.ok(text.endsWith('\n'));
  const lines = text.slice(0, -1).split('\n');
  return { recording, text, lines: lines.map((line) => line.slice(`${AT}  `.length)), stamped: lines };
}

describe('the log of a ceremony', () => {
  test('has the time first on every line, and nothing that a terminal would obey', async () => {
    const { text, stamped } = await logged();
    for (const line of stamped) assert.match(line, /^2027-03-10T09:08:07Z {2}\S| {4}\S/);
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    assert.match(text, /Alice \\u\{1B\}\[31mTest \(alice\)/);
  });

  test('begins with the command, every digest in hex and the ceremony id in hex and words', async () => {
    const { lines, recording } = await logged();
    const [opening] = recording.events;
    assert.ok(opening?.type === 'opening');
    assert.equal(lines[1], 'command: run /srv/root.yaml --site /srv/site.yaml --out /srv/pack');
    for (const digest of [opening.authorization, opening.script, opening.site, opening.roster, opening.program.digest])
      assert.ok(lines.some((line) => line.endsWith(`: ${hexGroups(digest).join(' ')}`)));
    const first =
      Buffer.from(recording.folder.get('events.jsonl') ?? [])
        .toString('utf8')
        .split('\n')[0] ?? '';
    const id = sha256(first);
    const at = lines.indexOf(`ceremony id: ${hexGroups(id).join(' ')}`);
    assert.ok(at > 0);
    for (const [index, { number, words }] of wordRows(id).entries())
      assert.equal(lines[at + 1 + index], `    ${number}  ${words.join('  ')}`);
  });

  test('names each act and step, who does it and who checks it', async () => {
    const { lines, recording } = await logged();
    const steps = recording.plan.acts.flatMap(({ steps: own }) => own);
    const numbered = steps.map(({ id, type }, index) => [id, type, String(index + 1), String(steps.length)]);
    const told = lines.filter((line) => line.startsWith('STEP '));
    assert.deepEqual(
      told.map((line) => /^STEP \S+ {2}(\S+) \((\S+)\), (\d+) of (\d+)/.exec(line)?.slice(1)),
      numbered.filter(([id]) => id !== 'no-camera'),
    );
    assert.match(
      lines.join('\n'),
      /event \d+: step \S+ {2}no-camera \(confirm\) is left out: ".*" was not answered no/,
    );
    assert.ok(told.some((line) => line.includes('; does it: Dana Test (dana)')));
    assert.ok(told.some((line) => line.includes('; checks it: ')));
    assert.ok(told.some((line) => line.includes('; CANNOT BE UNDONE')));
    assert.equal(lines.filter((line) => /^ACT \d+: /.test(line)).length, recording.plan.acts.length);
  });

  test('has each question with its answer, and each event of an operation in its order', async () => {
    const { lines } = await logged();
    const asked = lines.flatMap((line, index) => (line.startsWith('  asked of ') ? [index] : []));
    assert.ok(asked.length > 3);
    for (const index of asked) assert.match(lines[index + 1] ?? '', /^ {2}answered by /);
    const key = lines.findIndex((line) =>
      /event \d+: proposed: generate-key, step \S+, SHA-256 [0-9a-f]{64}/.test(line),
    );
    const proposal = /event (\d+)/.exec(lines[key] ?? '')?.[1];
    const after = lines.slice(key).filter((line) => new RegExp(`: event ${proposal} `).test(line));
    assert.match(
      after.join('\n'),
      /approved by [\s\S]*approved by [\s\S]*goes to the HSM, approved by [\s\S]*done by the HSM$/,
    );
  });

  test('has the head of the record at the end of each act, in hex and words', async () => {
    const { lines, recording } = await logged();
    const chain = Buffer.from(recording.folder.get('chain.jsonl') ?? [])
      .toString('utf8')
      .split('\n');
    const ends = recording.events.filter((event) => event.type === 'act' && event.phase === 'end');
    assert.ok(ends.length > 2);
    for (const { seq } of ends) {
      const head = sha256(chain[seq - 1] ?? '');
      const at = lines.findIndex((line) => line.endsWith(`: head of the record: ${hexGroups(head).join(' ')}`));
      assert.ok(at > 0);
      assert.equal(lines[at + 8], `    8  ${wordRows(head)[7]?.words.join('  ')}`);
    }
    assert.match(lines.at(-1) ?? '', /^ {4}event \d+: closed: complete$/);
  });

  test('has what was chosen, wanted instead, refused, decided and aborted', async () => {
    const pin = new CeremonyError('PIN_INCORRECT', 'not accepted');
    const { lines } = await logged({
      guard: (guard) => Object.assign(Object.create(guard), { rollCall: () => Promise.reject(pin) }),
    });
    const all = lines.join('\n');
    assert.match(all, /event \d+: refused: PIN_INCORRECT: not accepted\n/);
    assert.match(all, / {2}to be chosen: What is to be done\? \(try again \/ end the ceremony here, in order\)\n/);
    assert.match(
      all,
      / {2}chosen: end the ceremony here, in order\n {4}event \d+: decided by .* on event \d+: abort\n/,
    );
    assert.match(all, /event \d+: ABORTED in step \S+: PIN_INCORRECT: not accepted\n/);
    assert.match(all, /closed: aborted/);
  });

  test('has what people want instead of going on', async () => {
    const wish: Interjection = {
      interject: 'deviation',
      what: 'No film',
      why: 'Lost',
      effect: 'none',
      agreed: ['dana'],
    };
    let wanted = false;
    const { lines } = await logged({
      interject: () => {
        if (wanted) return undefined;
        wanted = true;
        return wish;
      },
    });
    const at = lines.indexOf('  instead: deviation: No film (Lost)');
    assert.ok(at > 0);
    assert.match(lines[at + 1] ?? '', /^ {4}event \d+: deviation: No film \(Lost\)$/);
  });
});
