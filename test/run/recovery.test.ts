import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FolderFiles } from '../../src/adapters/files.ts';
import { NO_DIGEST, sha256 } from '../../src/base/digest.ts';
import { recover } from '../../src/run/recovery.ts';
import { linkEvent } from '../../src/transcript/chain.ts';
import type { Event, EventData } from '../../src/transcript/event.ts';
import { OPENING } from './fakes.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-recovery-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const SALT = 'ab'.repeat(16);

/** Commits events in the folder, behind those that are there. */
class Transcript {
  readonly events: Event[] = [];
  #head = NO_DIGEST;

  commit(...data: readonly EventData[]): void {
    for (const one of data) {
      const at = '2027-03-10T09:00:00Z';
      const { event, head, eventLine, chainLine } = linkEvent(
        one,
        { seq: this.events.length + 1, at, salt: SALT },
        this.#head,
      );
      this.events.push(event);
      this.#head = head;
      append('events.jsonl', `${eventLine}\n`);
      append('chain.jsonl', `${chainLine}\n`);
    }
  }

  get head(): string {
    return this.#head;
  }
}

function append(path: string, text: string): void {
  writeFileSync(join(folder, path), text, { flag: 'a' });
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

function all(): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.sort().map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
}

const recovered = (path: string, text: string) => ({ path, sha256: sha256(text), size: text.length });
const recoverHere = (opening = OPENING) => recover(new FolderFiles(folder, async () => undefined, true), opening);

function begun(): Transcript {
  const record = new Transcript();
  record.commit(
    OPENING,
    { type: 'act', act: 0, title: 'Opening', phase: 'begin' },
    { type: 'file', step: 'call', path: 'statements/call.json', sha256: sha256('{}'), size: 2, medium: null },
  );
  put('statements/call.json', '{}');
  put('script.yaml', 'quorate: 1');
  return record;
}

describe('what a crash left', () => {
  test('in a whole record is nothing', async () => {
    const { events, head } = begun();
    const before = all();
    const interrupted = await recoverHere();
    assert.deepEqual(interrupted.events, events);
    assert.equal(interrupted.heads.at(-1), head);
    assert.deepEqual(interrupted.recovered, []);
    assert.deepEqual(all(), before);
  });

  test('behind the committed record is copied aside and cut off; files that no event names are moved there', async () => {
    begun();
    const before = all();
    append('events.jsonl', '{"never":"committed"}\n{"half');
    append('chain.jsonl', '{"lea');
    put('approvals/4.tbs', 'payload');
    put('statements/call.p7s', 'signature');
    const found = await recoverHere();
    const kept = {
      'recovered/1/approvals.4.tbs': 'payload',
      'recovered/1/chain.jsonl.tail': '{"lea',
      'recovered/1/events.jsonl.tail': '{"never":"committed"}\n{"half',
      'recovered/1/statements.call.p7s': 'signature',
    };
    assert.deepEqual(all(), { ...before, ...kept });
    assert.equal(found.events.length, 3);
    assert.deepEqual(
      found.recovered,
      Object.entries(kept).map(([path, text]) => recovered(path, text)),
    );
  });

  test('is listed once: what a resume lists stays where it is, and what comes later has a folder of its own', async () => {
    const record = begun();
    append('events.jsonl', 'first');
    const first = await recoverHere();
    const { head } = record;
    const resume = {
      type: 'resume',
      step: '',
      head,
      open: null,
      voided: [],
      typedBy: [],
      mistyped: 0,
      program: NO_DIGEST,
    } as const;
    record.commit({ ...resume, recovered: first.recovered });
    append('chain.jsonl', 'second');
    const second = await recoverHere();
    assert.deepEqual(second.recovered, [recovered('recovered/2/chain.jsonl.tail', 'second')]);
    assert.equal(all()['recovered/1/events.jsonl.tail'], 'first');
  });

  test('by a resume that was cut short itself is listed with the rest', async () => {
    begun();
    put('recovered/1/events.jsonl.tail', 'first');
    append('events.jsonl', 'first');
    const { recovered: found } = await recoverHere();
    assert.deepEqual(found, [
      recovered('recovered/1/events.jsonl.tail', 'first'),
      recovered('recovered/2/events.jsonl.tail', 'first'),
    ]);
  });

  test('of a closed ceremony stays: it is only sealed', async () => {
    begun().commit({ type: 'close', step: 'close', outcome: 'complete' });
    put('manifest.json', '{}');
    put('signatures/alice.p7s', 'signature');
    const before = all();
    assert.deepEqual((await recoverHere()).recovered, []);
    assert.deepEqual(all(), before);
  });
});

describe('is refused, and nothing is changed', () => {
  async function refused(code: string, message: RegExp | string, opening = OPENING): Promise<void> {
    const before = all();
    await assert.rejects(recoverHere(opening), { code, message });
    assert.deepEqual(all(), before);
  }

  test('a folder without a record, and one without a committed event', async () => {
    const message = 'no ceremony was begun in this folder: not one event is committed';
    await refused('FILE_MISSING', message);
    append('events.jsonl', '{"type":"open');
    await refused('FILE_MISSING', message);
    append('chain.jsonl', '{"leaf');
    await refused('FILE_MISSING', message);
  });

  for (const what of ['authorization', 'script', 'site', 'roster', 'people', 'plan'] as const) {
    test(`a ceremony that was begun under another ${what}`, async () => {
      begun();
      append('events.jsonl', 'tail');
      await refused('OUTPUT_EXISTS', `the ceremony in this folder was begun under another ${what}`, {
        ...OPENING,
        [what]: 'ef'.repeat(32),
      });
    });
  }

  test('a record that does not chain', async () => {
    begun();
    append('events.jsonl', 'tail');
    put('events.jsonl', (all()['events.jsonl'] as string).replace('"phase":"begin"', '"phase":"end"'));
    await refused('TRANSCRIPT_BROKEN', 'line 2 of the transcript does not chain');
  });

  test('a file that is gone, or is not as the record says', async () => {
    begun();
    put('statements/call.json', '{ }');
    await refused(
      'TRANSCRIPT_BROKEN',
      `"statements/call.json" has SHA-256 ${sha256('{ }')}; event 3 records ${sha256('{}')}`,
    );
    rmSync(join(folder, 'statements/call.json'));
    await refused('TRANSCRIPT_BROKEN', `"statements/call.json" is not there; event 3 records ${sha256('{}')}`);
  });
});
