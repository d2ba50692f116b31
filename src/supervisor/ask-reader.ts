import type { JsonObject } from '../base/canonical-json.ts';
import { EXIT } from '../base/errors.ts';
import { startReader } from './processes.ts';

/**
 * Has the core, alone and read-only, lint a script and print what the supervisor needs of it: YAML is read nowhere
 * else. Nothing that decides hangs on the answer: digests are measured here, and judged by the guard.
 * @returns its answer, or its exit code when it has refused and said why
 */
export async function askReader(args: readonly string[]): Promise<JsonObject | number> {
  const answer = await readerOutput(args);
  return typeof answer === 'number' ? answer : (JSON.parse(answer.toString('utf8')) as JsonObject);
}

/**
 * Whom and what a rehearsal of each of these scripts needs.
 * @param room flags of the site, and of the pack before, of a single script
 * @returns in the same order; or the exit code, when one of them is refused
 */
export async function askCasts(
  scripts: readonly string[],
  room: readonly string[] = [],
): Promise<readonly JsonObject[] | number> {
  const answer = await askReader(['cast', ...scripts, ...room]);
  return typeof answer === 'number' ? answer : (answer['casts'] as readonly JsonObject[]);
}

/** The same, where the answer is no JSON. @returns its bytes, or its exit code */
export async function readerOutput(args: readonly string[]): Promise<Buffer | number> {
  const reader = startReader(args);
  const chunks: Buffer[] = [];
  reader.output.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A process may have exited with the end of its output still in the pipe: half an answer must not pass for one.
  const closed = new Promise((resolve) => reader.output.once('close', resolve));
  const [code] = await Promise.all([reader.exited, closed]);
  return code === EXIT.done ? Buffer.concat(chunks) : code;
}
