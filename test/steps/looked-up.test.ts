import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { readInput } from '../../src/steps/read-input.ts';
import { digestOf, FILES, folderIntake, onMedium, withFolder, withFolderInbox } from '../forge/folder-intake.ts';
import { FILE, INBOX, withInbox } from '../forge/intake.ts';
import { LIST, listOf, lookedUp, RSA_LINE, RSA_REQUEST, withList } from '../forge/looked-up.ts';
import { recordCeremony } from '../forge/record.ts';
import { requestOf, rsaPair, spkiOf } from '../pki/requests.ts';
import { facts, recordOf, terminalOf } from './recording.ts';

const recording = await recordCeremony(lookedUp());
const { judges, stepOf, recordedBy, events, plan } = recordOf(recording);
const where = (message: string) => new RegExp(`^STEP-INPUT step \\d+ "read-request": ${message}`);
const LISTED = listOf(...['00000123456789abcdef', RSA_LINE].sort());

function factsOf(all: typeof events, step: string) {
  const read = all.find((event) => event.type === 'observation' && event.step === step && event.subject === 'input');
  return read?.type === 'observation' ? read.facts : {};
}

test('plan and record say in which list an RSA key was looked up, and how many that has', () => {
  const { sha256: digest, entries } = LIST;
  assert.equal(entries, 3);
  assert.deepEqual(plan.weakKeys, { sha256: digest, entries });
  const { weakKeys, weakKeyEntries } = factsOf(events, 'read-request');
  assert.deepEqual([weakKeys, weakKeyEntries], [digest, entries]);
  const words = readInput.describe({ input: 'request' }, stepOf('read-request'), plan);
  assert.ok(
    words.includes(`An RSA key is refused that is in the list of weak keys, which has 3; its SHA-256 is ${digest}.`),
    words.join('\n'),
  );
});

judges('read-request', [
  [
    'it was looked up in another list',
    facts('read-request', (all) => {
      all.weakKeys = 'ab'.repeat(32);
    }),
    where(`the record says "(ab){32}" as "weakKeys" of what was read, expected "${LIST.sha256}"$`),
  ],
  [
    'it was looked up in a list of another length',
    facts('read-request', (all) => {
      all.weakKeyEntries = 2;
    }),
    where('the record says 2 as "weakKeyEntries" of what was read, expected 3$'),
  ],
  [
    'it was looked up in none',
    facts('read-request', (all) => {
      delete all.weakKeys;
    }),
    where('the record says null as "weakKeys" of what was read'),
  ],
]);

describe('a record without a list', async () => {
  const { weakKeys: _list, ...without } = lookedUp();
  const plain = recordOf(await recordCeremony({ ...without, site: withInbox }));
  test('has no word of one', () => {
    assert.ok(!('weakKeys' in plain.plan) && !('weakKeys' in factsOf(plain.events, 'read-request')));
    assert.deepEqual(plain.judged('read-request'), []);
  });
  test('cannot say that there was one', () => {
    const claimed = facts('read-request', (all) => {
      all.weakKeys = LIST.sha256;
    });
    assert.match(
      plain.judged('read-request', claimed).join('\n'),
      where(`the record says "${LIST.sha256}" as "weakKeys" of what was read, where no key is looked up$`),
    );
  });
});

describe('reading', () => {
  const step = stepOf('read-request');
  const pack = { list: async () => [], add: async function* () {} };
  const read = (weakKeys: unknown) => {
    const medium = { name: 'inbox 1', files: { open: async () => RSA_REQUEST } };
    const attempts = { attended: <T>(attempt: () => Promise<T>) => attempt() };
    const clock = { now: () => '2027-01-01T00:00:00Z' };
    return recordedBy(readInput, step, {
      attempts,
      clock,
      pack,
      media: () => [medium],
      weakKeys,
      ...terminalOf('done'),
    });
  };

  test('stops where the list of the plan is not at hand', async () => {
    for (const list of [undefined, LISTED]) {
      const { error, events: yielded } = await read(list);
      assert.ok(error instanceof CeremonyError && error.code === 'FILE_MISSING', String(error));
      assert.equal(
        error.message,
        `the list of weak keys with SHA-256 ${LIST.sha256}, in which RSA keys are looked up, is not at hand`,
      );
      assert.deepEqual(yielded, []);
    }
    assert.equal((await read(LIST)).error, undefined);
  });
});

describe('in a ceremony', () => {
  test('a key of the list is refused with its line, nothing of it is kept, and nothing is signed after it', async () => {
    const refused = await recordCeremony(lookedUp(undefined, LISTED));
    const found = refused.events.find((event) => event.type === 'refusal');
    assert.ok(found?.type === 'refusal');
    assert.equal(found.code, 'REQUEST_KEY_WEAK');
    assert.match(
      found.message,
      new RegExp(
        `^"ca-1\\.csr" on "inbox 1", SHA-256 [0-9a-f]{64}: its RSA key is in the list of weak keys with SHA-256 ${LISTED.sha256}, as "${RSA_LINE}": others can have its private key \\(CVE-2008-0166\\)$`,
      ),
    );
    assert.ok(![...refused.folder.keys()].some((path) => path.startsWith('requests/')));
    const after = refused.events.filter(({ seq }) => seq > found.seq);
    assert.ok(!after.some(({ type }) => type === 'result'));
    assert.ok(after.some((event) => event.type === 'close' && event.outcome === 'aborted'));
  });

  test('people bring a request of another key, and it goes on', async () => {
    const key = rsaPair();
    const other = requestOf({ key });
    const brought = new Map([[FILE, RSA_REQUEST]]);
    const { references: _known, ...options } = lookedUp(brought, LISTED);
    const again = await recordCeremony({
      ...options,
      references: { 'request-spki': sha256(spkiOf(key)) },
      choose: ({ options: all }) => {
        if (!all.some(({ name }) => name === 'again')) return undefined;
        brought.set(FILE, other);
        return 'again';
      },
    });
    assert.deepEqual(
      again.events.flatMap((event) =>
        event.type === 'refusal' ? [event.code] : event.type === 'decision' ? [event.choice] : [],
      ),
      ['REQUEST_KEY_WEAK', 'again'],
    );
    assert.deepEqual(recordOf(again).judged('read-request'), []);
  });
});

describe('of a folder', async () => {
  const files = new Map([...FILES, ['rsa.csr', RSA_REQUEST]]);
  const options = (list = LIST) => ({
    ...folderIntake(onMedium(files)),
    script: (text: string) => withFolder(text).replace('key: ecdsa-p256, ', ''),
    site: (text: string) => withList(withFolderInbox(text), list),
    references: { 'requests-sha256': digestOf(files) },
    weakKeys: list,
  });
  const folder = recordOf(await recordCeremony(options()));

  test('each RSA key is looked up, and the record says where', () => {
    const { count, weakKeys, weakKeyEntries } = factsOf(folder.events, 'read-requests');
    assert.deepEqual([count, weakKeys, weakKeyEntries], [4, LIST.sha256, 3]);
    assert.deepEqual(folder.judged('read-requests'), []);
  });

  test('one that was looked up in nothing is found by the verifier, and so is a lookup of no RSA key', async () => {
    const forgotten = facts('read-requests', (all) => {
      delete all.weakKeys;
    });
    assert.match(
      folder.judged('read-requests', forgotten).join(),
      /^STEP-INPUT .*: the record says null as "weakKeys" of what was read, expected "/,
    );
    const { references: _all, ...without } = options();
    const others = folderIntake();
    const elliptic = recordOf(await recordCeremony({ ...without, ...others, site: without.site }));
    assert.deepEqual(elliptic.judged('read-requests'), []);
    const claimed = facts('read-requests', (all) => {
      all.weakKeys = LIST.sha256;
    });
    assert.match(
      elliptic.judged('read-requests', claimed).join(),
      /as "weakKeys" of what was read, where no key is looked up$/,
    );
  });

  test('one key of the list refuses all of it, by the name of its file', async () => {
    const { events: all, folder: kept } = await recordCeremony(options(LISTED));
    const found = all.find((event) => event.type === 'refusal');
    assert.ok(found?.type === 'refusal' && found.code === 'REQUEST_KEY_WEAK');
    assert.match(found.message, /^"batch" on "inbox 1": rsa\.csr: its RSA key is in the list of weak keys with /);
    assert.ok(![...kept.keys()].some((path) => path.startsWith('inputs/')));
  });

  test(`the medium is ${INBOX}`, () => assert.deepEqual(folder.plan.media['inbox'], [INBOX]));
});
