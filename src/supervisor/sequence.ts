import { existsSync, readFileSync, rmdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { EXIT } from '../base/errors.ts';
import { PATH } from '../pack/layout.ts';
import { readManifest } from '../pack/manifest.ts';
import { claimFolder, makeOutputFolder, type OutputClaim } from './output-folder.ts';
import type { OpenStage } from './perform.ts';

/** Of a script's name in that of its folder. */
const MOST_NAME = 60;
const LEAST_DIGITS = 2;

/** One ceremony of a sequence: its script, and the folder of its pack. */
export interface Numbered {
  readonly script: string;
  readonly folder: string;
}

/** A folder of its own for each: `01-root-generation`, in the order in which they are held. */
export function numbered(scripts: readonly string[], out: string): readonly Numbered[] {
  const digits = Math.max(LEAST_DIGITS, String(scripts.length).length);
  return scripts.map((script, index) => {
    const name = basename(script, extname(script))
      .replaceAll(/[^A-Za-z0-9._-]/g, '-')
      .slice(0, MOST_NAME);
    return { script, folder: join(out, `${String(index + 1).padStart(digits, '0')}-${name}`) };
  });
}

/**
 * Holds ceremonies one after another, each after the pack of the one before. The first that does not come to its end ends
 * all, and it is said which one that was and what is left.
 * @param claims folders that are still held when this ends; the caller lets go of them once no process is left
 * @param open opens the stage, once there is a folder to write to
 * @returns exit code of the last ceremony that was held
 */
export async function holdSequence(
  ceremonies: readonly Numbered[],
  out: string,
  claims: OutputClaim[],
  open: () => Promise<OpenStage>,
  say: (text: string) => void,
): Promise<number> {
  claimFolder(out);
  claims.push({ add: () => undefined, release: () => leave(out) });
  let at = 0;
  try {
    const stage = await open();
    let before: string | undefined;
    for (const { script, folder } of ceremonies) {
      at++;
      say(`ceremony ${at} of ${ceremonies.length}: ${script} → ${folder}\n\n`);
      const claim = makeOutputFolder(folder);
      claims.push(claim);
      const code = await stage.hold({ script, out: folder, before });
      if (code !== EXIT.done) {
        say(stopped(ceremonies, at, `ended with exit code ${code}`));
        return code;
      }
      claim.release();
      claims.pop();
      before = folder;
    }
    return EXIT.done;
  } catch (error) {
    if (at > 0) say(stopped(ceremonies, at, 'could not be held'));
    throw error;
  }
}

/** @param at number of the ceremony that did not come to its end, from 1 */
function stopped(ceremonies: readonly Numbered[], at: number, how: string): string {
  const { script = '' } = ceremonies[at - 1] ?? {};
  const after = ceremonies.length - at;
  const rows = ceremonies.map(({ folder }, index) => `  ${folder}: ${index < at ? leftIn(folder) : 'not begun'}`);
  const rest =
    after === 0
      ? ''
      : `; ${after === 1 ? 'the one' : `the ${after}`} after it ${after === 1 ? 'was' : 'were'} not begun`;
  return [
    `\nquorate: ceremony ${at} of ${ceremonies.length}, "${script}", ${how}${rest}. What is left:`,
    ...rows,
    '',
  ].join('\n');
}

/** What a ceremony has left in its folder, in a word or two. */
function leftIn(folder: string): string {
  const manifest = join(folder, PATH.manifest);
  if (existsSync(manifest)) return `${readManifest(readFileSync(manifest)).outcome}, its pack sealed`;
  if (existsSync(join(folder, PATH.events))) return 'interrupted, a record that is not sealed';
  return 'did not begin, no record';
}

/** Where nothing was written, nothing is left. */
function leave(out: string): void {
  try {
    rmdirSync(out);
  } catch {
    // It holds what was rehearsed.
  }
}
