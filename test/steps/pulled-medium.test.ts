import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { FolderFiles } from '../../src/adapters/files.ts';
import { sha256 } from '../../src/base/digest.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import type { Octets } from '../../src/base/octets.ts';
import type { PlannedStep } from '../../src/plan/plan.ts';
import { addInGroups } from '../../src/run/add-files.ts';
import { readInput } from '../../src/steps/read-input.ts';
import { forge } from '../forge/forge.ts';
import { recordCeremony } from '../forge/record.ts';
import { DATE, lineOf, listOf, revoking } from '../forge/revoking.ts';
import { recordOf, terminalOf } from './recording.ts';

/* A list so long that it is read from its medium wherever somebody looks, and a medium that is pulled out at each of those looks. */

const COUNT = 170_000;
const serialOf = (index: number) => `01${index.toString(16).padStart(32, '0')}`;
const LIST = Buffer.concat([
  listOf(),
  Buffer.from(Array.from({ length: COUNT }, (_, index) => `${serialOf(index)},${DATE},superseded,\n`).join('')),
]);

const faults = revoking(listOf(lineOf('tls-ca-1')));
const script = (text: string) =>
  (faults.record?.script?.(text) ?? text)
    .replace('type: revocation-list, issuer: root, optional: true', (found) =>
      found.replace('optional: true', 'issued: asserted'),
    )
    .replace(/, when: \{ input: revocations \}/g, '');
const before = await forge(faults.follows === true ? {} : faults.follows);
const { stepOf, recordedBy, files } = recordOf(
  await recordCeremony({ ...faults.record, script, follows: before.files }),
);

const root = mkdtempSync(join(tmpdir(), 'quorate-pulled-'));
after(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;

/** @param pulledAt number of the look at which the medium is pulled out; it is back at the next attempt */
async function reading(pulledAt: number, replacedBy?: Uint8Array) {
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  const out = new FolderFiles(folder, async () => undefined);
  let [looks, isOut, content] = [0, false, LIST as Uint8Array];
  const pulled = () => new CeremonyError('FILE_UNREADABLE', '"revocations.csv" cannot be read: EIO');
  const octets: Octets = {
    length: LIST.length,
    subarray: (begin = 0, end = LIST.length) => {
      const bytes = new Uint8Array(end - begin);
      octets.copyTo?.(bytes, begin);
      return bytes;
    },
    copyTo: (target, begin) => {
      if (++looks === pulledAt) {
        isOut = true;
        if (replacedBy) content = replacedBy;
      }
      if (isOut && !replacedBy) throw pulled();
      target.set(content.subarray(begin, begin + target.length));
    },
  };
  const refused: unknown[] = [];
  const attempts = {
    attended: async <T>(attempt: () => Promise<T>): Promise<T> => {
      for (;;)
        try {
          return await attempt();
        } catch (error) {
          refused.push(error);
          isOut = false;
          if (refused.length > 2) throw error;
        }
    },
  };
  const pack = {
    add: (step: PlannedStep, all: Iterable<readonly [string, Octets]>) => addInGroups(out, step, all),
    read: async (path: string) => files.get(path),
    open: async (path: string) => (path.startsWith('inputs/revocations') ? await out.open(path) : files.get(path)),
    list: async () => [],
  };
  const medium = { name: 'inbox 1', files: { open: async () => octets } };
  const context = { attempts, clock: { now: () => DATE }, pack, media: () => [medium], ...terminalOf('done') };
  const { events, error } = await recordedBy(readInput, stepOf('read-revocations'), context);
  return { events, error, refused, looks, folder };
}

describe('a medium that is pulled out while a long list is taken from it', () => {
  test('is the business of the people, whenever that is: it is tried again, and all of it is kept once', async () => {
    const whole = await reading(0);
    assert.equal(whole.error, undefined);
    assert.ok(LIST.length > 8 * 1024 * 1024 && whole.looks > 20, `${LIST.length} bytes, ${whole.looks} looks`);
    for (let at = 1; at <= whole.looks; at += Math.ceil(whole.looks / 10)) {
      const { events, error, refused, folder } = await reading(at);
      assert.equal(error, undefined, `look ${at}`);
      assert.deepEqual(
        refused.map((one) => (one as CeremonyError).code),
        ['FILE_UNREADABLE'],
      );
      assert.deepEqual(
        events.map((event) => (event.type === 'file' ? [event.path, event.sha256] : [event.type])),
        whole.events.map((event) => (event.type === 'file' ? [event.path, event.sha256] : [event.type])),
      );
      assert.equal(sha256(readFileSync(join(folder, 'inputs/revocations.csv'))), sha256(LIST));
      assert.deepEqual(readdirSync(join(folder, 'inputs')).sort(), ['revocations.csv', 'revocations.txt']);
      assert.deepEqual(readdirSync(join(folder, '.incoming')), []);
      rmSync(folder, { recursive: true });
    }
  });

  test('and comes back with another list under the name is refused: what was judged is kept, or nothing', async () => {
    const other = Buffer.from(LIST);
    // The last line is of another certificate.
    other.write('7', other.length - 30 - 32);
    const { looks } = await reading(0);
    for (const at of [Math.floor(looks / 3), Math.floor(looks / 2), looks - 3]) {
      const { events, error, folder } = await reading(at, other);
      assert.equal(error, undefined);
      const [kept] = events;
      const [written, said] = [
        sha256(readFileSync(join(folder, 'inputs/revocations.csv'))),
        kept?.type === 'file' ? kept.sha256 : '',
      ];
      assert.equal(written, said);
      const seen = events.at(-1);
      assert.equal(seen?.type === 'observation' ? seen.facts['sha256'] : '', written);
      rmSync(folder, { recursive: true });
    }
  });
});
