import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isRefused, printProblems } from '../../src/script/problem.ts';
import { PROBLEM_CODES } from '../../src/script/problem-codes.ts';
import { readScript, readSite } from '../../src/script/read-script.ts';
import { cpuTime } from './cpu-time.ts';
import { KNOWN_STEPS } from './valid.ts';

const EXAMPLES = ['root-generation', 'intermediate-signing', 'crl-refresh', 'site'];
const bytesOf = (name: string) => readFileSync(join(import.meta.dirname, 'examples', `${name}.yaml`));

/** Park and Miller's generator: the same mutations in every run, so that a failure can be repeated. */
function makeRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

/** Reads and prints whatever it is, and holds what comes back to its contract. */
function read(name: string, bytes: Uint8Array, what: string): void {
  const start = cpuTime();
  const isSite = name === 'site';
  const reading = isSite ? readSite(bytes, `${name}.yaml`) : readScript(bytes, `${name}.yaml`, KNOWN_STEPS);
  const printed = printProblems(reading.problems, reading.source);
  const taken = cpuTime() - start;
  assert.ok(taken < 1000, `${what}: ${taken} ms`);
  const lines = reading.source.split('\n').length;
  for (const { code, line, column, endColumn, text } of reading.problems) {
    assert.ok(Object.hasOwn(PROBLEM_CODES, code), `${what}: ${code}`);
    assert.ok(
      line >= 1 && line <= lines && column >= 1 && (endColumn ?? column + 1) > column,
      `${what}: ${line}:${column}-${endColumn}`,
    );
    assert.match(text, /^(?:U\+[0-9A-F]+ |\P{Lu})/u, what);
    assert.doesNotMatch(text, /undefined|\[object|Invalid input|\.$/, `${what}: ${text}`);
  }
  // The printed text is safe for a terminal whatever the file holds.
  assert.doesNotMatch(printed, /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b]/, what);
  const value = 'script' in reading ? reading.script : 'site' in reading ? reading.site : undefined;
  const standing = reading.problems.filter(({ code }) => code !== 'SCRIPT_NOT_SUPPORTED');
  assert.equal(value === undefined, isRefused(standing), what);
}

for (const name of EXAMPLES) {
  const lines = bytesOf(name).toString().split('\n');

  test(`${name}: each line deleted, doubled, shifted, cut short and retagged`, () => {
    const mutations: readonly ((line: string) => readonly string[])[] = [
      () => [],
      (line) => [line, line],
      (line) => [` ${line}`],
      (line) => [line.slice(1)],
      (line) => [line.slice(0, line.length / 2)],
      (line) => [line.replace(/: /, ': !!binary ')],
      (line) => [line.replace(/: ./, ': &a *a ')],
      (line) => [line.replaceAll(/[a-z]+:/g, 'x:')],
      (line) => [line.replace(/[{[]/, '')],
      (line) => [line.replaceAll('"', "'")],
      (line) => [line.replace(/: .*/, ': -1e400')],
    ];
    lines.forEach((line, index) => {
      const mutate = mutations[index % mutations.length];
      const other = mutations[(index * 7 + 3) % mutations.length];
      for (const mutation of [mutate, other]) {
        const text = lines.toSpliced(index, 1, ...(mutation?.(line) ?? [])).join('\n');
        read(name, Buffer.from(text), `line ${index + 1}`);
      }
    });
  });

  test(`${name}: random bytes in it, cut short anywhere, lines exchanged`, () => {
    const random = makeRandom(name.length);
    const original = bytesOf(name);
    for (let round = 0; round < 40; round++) {
      const bytes = Buffer.from(original);
      for (let count = random(4) + 1; count > 0; count--)
        bytes[random(bytes.length)] = random(2) === 0 ? random(256) : 32 + random(95);
      read(name, bytes, `round ${round}`);
      read(name, original.subarray(0, random(original.length)), `cut in round ${round}`);
      const [a, b] = [random(lines.length), random(lines.length)];
      const exchanged = lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '');
      read(name, Buffer.from(exchanged.join('\n')), `exchanged in round ${round}`);
    }
  });
}

test('bytes that nobody wrote', () => {
  const random = makeRandom(42);
  for (let round = 0; round < 150; round++) {
    const size = random(2000);
    const bytes = Uint8Array.from({ length: size }, () => random(256));
    const marks = Buffer.from(
      Array.from({ length: size }, () => '-?:,[]{}#&*!|>\'"%@` \n\\ax1~<='[random(31)] ?? '').join(''),
    );
    read('root-generation', bytes, `bytes ${round}`);
    read('root-generation', marks, `marks ${round}`);
    read('site', Buffer.concat([Buffer.from('quorate-site: 1\n'), marks]), `site marks ${round}`);
  }
});
