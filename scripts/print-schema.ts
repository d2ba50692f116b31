// Writes the JSON Schemas of scripts and sites to docs/schema/; with --check only compares, and exits 1 on a difference.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { scriptJsonSchema, siteJsonSchema } from '../src/script/json-schema.ts';
import { STEP_TYPES } from '../src/steps/registry.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const folder = join(import.meta.dirname, '..', 'docs', 'schema');
const stepSchemas = new Map([...STEP_TYPES].map(([name, type]) => [name, type.schema]));
const schemas = { 'script.schema.json': scriptJsonSchema(stepSchemas), 'site.schema.json': siteJsonSchema() };

for (const [name, schema] of Object.entries(schemas)) {
  const file = join(folder, name);
  const text = `${JSON.stringify(schema, null, 2)}\n`;
  if (!values.check) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  } else if (readIfThere(file) !== text) {
    process.stderr.write(
      `print-schema: "docs/schema/${name}" is not what the schema definitions print; run scripts/print-schema.ts\n`,
    );
    process.exitCode = 1;
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
