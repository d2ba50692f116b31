import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { OPERATION_CLASSES } from '../../src/quorum/classes.ts';
import { scriptJsonSchema, siteJsonSchema } from '../../src/script/json-schema.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What `path` leads to in a schema. */
function at(schema: unknown, ...path: readonly string[]): unknown {
  return path.reduce((value, key) => (value as { [key: string]: unknown } | undefined)?.[key], schema);
}

test('the schema of scripts names every part, requires what has no default, and refuses other keys', () => {
  const schema = scriptJsonSchema();
  assert.equal(schema.$schema, 'https://json-schema.org/draft/2020-12/schema');
  assert.deepEqual(Object.keys(at(schema, 'properties') as object), [
    'quorate',
    'ceremony',
    'rules',
    'waivers',
    'profiles',
    'seats',
    'quorums',
    'tokens',
    'materials',
    'inputs',
    'uses',
    'evidence',
    'acts',
  ]);
  assert.deepEqual(schema.required, ['quorate', 'ceremony', 'rules', 'seats', 'acts']);
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(Object.keys(at(schema, 'properties', 'quorums', 'properties') as object), [...OPERATION_CLASSES]);
  const step = at(schema, 'properties', 'acts', 'items', 'properties', 'steps', 'items');
  assert.deepEqual(at(step, 'required'), ['id', 'step']);
  assert.equal(at(step, 'allOf'), undefined);
});

test('the schema of sites says the same as the reader', () => {
  const schema = siteJsonSchema();
  assert.deepEqual(schema.required, [
    'quorate-site',
    'mode',
    'marking',
    'place',
    'previous',
    'modules',
    'tokens',
    'people',
  ]);
  assert.deepEqual(at(schema, 'properties', 'mode', 'enum'), ['rehearsal', 'production']);
});

test("a step type's parameters are demanded of its steps", () => {
  const schema = scriptJsonSchema(
    new Map<string, z.ZodType>([
      ['generate-key', z.strictObject({ token: z.string(), label: z.string() })],
      ['confirm', z.strictObject({ screen: z.boolean().exactOptional() })],
    ]),
  );
  const rules = at(schema, 'properties', 'acts', 'items', 'properties', 'steps', 'items', 'allOf');
  assert.deepEqual(rules, [
    {
      if: { properties: { step: { const: 'confirm' } }, required: ['step'] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
      then: {
        properties: {
          with: { type: 'object', properties: { screen: { type: 'boolean' } }, additionalProperties: false },
        },
      },
    },
    {
      if: { properties: { step: { const: 'generate-key' } }, required: ['step'] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
      then: {
        properties: {
          with: {
            type: 'object',
            properties: { token: { type: 'string' }, label: { type: 'string' } },
            required: ['token', 'label'],
            additionalProperties: false,
          },
        },
        required: ['with'],
      },
    },
  ]);
});

test('the schemas in docs/schema are those of the definitions, and --check notices when not', () => {
  const check = (root: string) =>
    spawnSync(process.execPath, [join(root, 'scripts', 'print-schema.ts'), '--check'], {
      encoding: 'utf8',
      timeout: 60_000,
    });
  assert.deepEqual([check(ROOT).stderr, check(ROOT).status], ['', 0]);
  const copy = mkdtempSync(join(tmpdir(), 'quorate-schema-'));
  try {
    mkdirSync(join(copy, 'scripts'));
    cpSync(join(ROOT, 'scripts', 'print-schema.ts'), join(copy, 'scripts', 'print-schema.ts'));
    cpSync(join(ROOT, 'docs', 'schema'), join(copy, 'docs', 'schema'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(ROOT, 'src'), join(copy, 'src'));
    const file = join(copy, 'docs', 'schema', 'site.schema.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('rehearsal', 'rehearsel'));
    const changed = check(copy);
    assert.equal(changed.status, 1);
    assert.equal(
      changed.stderr,
      'print-schema: "docs/schema/site.schema.json" is not what the schema definitions print; run scripts/print-schema.ts\n',
    );
  } finally {
    rmSync(copy, { recursive: true });
  }
});
