import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../src/base/digest.ts';
import type { Cast } from '../../src/rehearsal/cast.ts';
import type { Lasting } from '../../src/rehearsal/lasting.ts';
import { setCeremony } from '../../src/rehearsal/stage.ts';
import { measureProgram } from '../../src/supervisor/program.ts';
import type { Setting } from './conducted.ts';

/** The next ceremony of a stage, in a folder of its own: what of the stage lasts lies above it. */
export async function setIn(lasting: Lasting, cast: Cast, folder: string, text: string): Promise<Setting> {
  mkdirSync(join(folder, 'script'), { recursive: true });
  const script = join(folder, 'script', 'script.yaml');
  writeFileSync(script, text, { flag: 'wx' });
  const program = measureProgram();
  const digests = { script: sha256(readFileSync(script)), program: program.digest };
  const stage = await setCeremony(lasting, { cast, folder, ...digests });
  return { script, folder, out: join(folder, 'pack'), stage, program };
}
