import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { TOP } from './measure.ts';

/**
 * A child of a benchmark as the program would run it: its types stripped, and on what was built of src. @returns its file, in
 * that folder
 */
export function built(folder: string, name: string): string {
  const source = readFileSync(join(import.meta.dirname, 'children', `${name}.ts`), 'utf8');
  const text = stripTypeScriptTypes(source).replace(/'..\/..\/..\/src\/(.*)\.ts'/g, `'${join(TOP, 'dist')}/$1.js'`);
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}
