import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stepSource, stepTest } from './templates/step.ts';

/** What a new step type consists of, before anything is written. */
export interface NewStep {
  /** Path below the root → its text. */
  readonly created: Readonly<Record<string, string>>;
  /** The registry with the step in its place. */
  readonly registry: string;
}

const REGISTRY = 'src/steps/registry.ts';

/** Words of the language, and names that the templates use. */
const TAKEN = new Set(
  (
    'arguments assert async await break case catch class const continue debugger default delete do else enum eval export ' +
    'extends false finally for function if implements import in instanceof interface let new null of package params private ' +
    'protected public return run simulate static step super switch test this throw true try typeof undefined var void while ' +
    'with yield z'
  ).split(' '),
);

/** @throws Error when the name cannot be one, or is taken */
export function newStep(name: string, registry: string): NewStep {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 40) {
    throw new Error(`"${name}" is no name for a step; expected lower-case words with hyphens, such as "take-photo"`);
  }
  const identifier = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  if (TAKEN.has(name))
    throw new Error(`"${name}" means something else in the code; a longer name, such as "take-photo", will do`);
  return {
    created: {
      [`src/steps/${name}.ts`]: stepSource(name, identifier),
      [`test/steps/${name}.test.ts`]: stepTest(name, identifier),
    },
    registry: register(registry, name, identifier),
  };
}

/**
 * Enters the step in the registry: one import a line and one name a line of the list, both sorted.
 * @throws Error when the step is there already, or the registry does not look like that
 */
export function register(registry: string, name: string, identifier: string): string {
  const lines = registry.split('\n');
  const importOf = (line: string) => /^import \{ \w+ \} from '\.\/([\w-]+)\.ts';$/.exec(line)?.[1];
  if (lines.some((line) => importOf(line) === name)) throw new Error(`the step "${name}" is in ${REGISTRY} already`);

  const last = lines.findLastIndex((line) => importOf(line) !== undefined);
  const next = lines.findIndex((line) => (importOf(line) ?? '') > name);
  if (last < 0) throw new Error(`${REGISTRY} imports no steps`);
  lines.splice(next < 0 ? last + 1 : next, 0, `import { ${identifier} } from './${name}.ts';`);

  const start = lines.findIndex((line) => /^(export )?const .*\[$/.test(line));
  const end = lines.findIndex((line, index) => index > start && /^\]/.test(line));
  const entries = lines.slice(start + 1, end);
  if (start < 0 || end < 0 || !entries.every((line) => /^ {2}\w+,$/.test(line))) {
    throw new Error(`${REGISTRY} has no list with one step a line`);
  }
  const place = entries.findIndex((line) => line.trim() > `${identifier},`);
  lines.splice(place < 0 ? end : start + 1 + place, 0, `  ${identifier},`);
  return lines.join('\n');
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const [name, ...others] = process.argv.slice(2);
  try {
    if (name === undefined || others.length > 0) throw new Error('usage: npm run new-step NAME');
    const { created, registry } = newStep(name, readFileSync(join(root, REGISTRY), 'utf8'));
    const taken = Object.keys(created).find((path) => existsSync(join(root, path)));
    if (taken) throw new Error(`"${taken}" exists already`);
    for (const [path, text] of Object.entries(created)) writeFileSync(join(root, path), text, { flag: 'wx' });
    writeFileSync(join(root, REGISTRY), registry);
    // Where lines break depends on how long the name is.
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    execFileSync(process.execPath, [biome, 'check', '--write', ...Object.keys(created), REGISTRY], {
      cwd: root,
      stdio: 'pipe',
    });
    console.log(`made ${Object.keys(created).join(' and ')}, entered in ${REGISTRY}

It works as it is: it asks a person to say that something was done. Now make it yours:
  1. summary and schema: what a script says with "with:"
  2. simulate: what it needs of the world, and what is true afterwards
  3. run: its events; whatever it uses of the world outside must be in "needs"
  4. verify: what a verifier can judge of the bytes it left; a new check id needs a vector in test/vectors
  5. npm run print-docs (the schema for editors), then scripts/test`);
  } catch (error) {
    console.error(`new-step: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 64;
  }
}
