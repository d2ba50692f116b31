import { z } from 'zod';
import type { JsonObject } from '../base/canonical-json.ts';
import { scriptSchema } from './schema/script.ts';
import { siteSchema } from './schema/site.ts';

/**
 * JSON Schema (draft 2020-12) of ceremony scripts, for editors: what it accepts may still be refused for what a
 * schema cannot say.
 * @param stepSchemas step type → schema of its `with`
 */
export function scriptJsonSchema(stepSchemas: ReadonlyMap<string, z.ZodType> = new Map()): JsonObject {
  const schema = toJsonSchema(scriptSchema, 'quorate ceremony script, version 1');
  const step = descend(schema, ['properties', 'acts', 'items', 'properties', 'steps', 'items']);
  const rules = [...stepSchemas]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, parameters]) => ruleFor(name, parameters));
  if (rules.length > 0) step.allOf = rules;
  return schema as JsonObject;
}

/** JSON Schema (draft 2020-12) of site bindings. */
export function siteJsonSchema(): JsonObject {
  return toJsonSchema(siteSchema, 'quorate site binding, version 1') as JsonObject;
}

type Mutable = { [key: string]: unknown; allOf?: readonly unknown[] };

function toJsonSchema(schema: z.ZodType, title: string): Mutable {
  // `input`: what a file may hold, so that what is filled in when left out is not required.
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, title, ...rest };
}

/** A step of this type has a `with` of this schema, and has one if something in it is required. */
function ruleFor(name: string, parameters: z.ZodType): Mutable {
  const { $schema: _, ...schema } = z.toJSONSchema(parameters, { target: 'draft-2020-12', io: 'input' });
  const isRequired = (schema.required ?? []).length > 0;
  return {
    if: { properties: { step: { const: name } }, required: ['step'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
    then: { properties: { with: schema }, ...(isRequired ? { required: ['with'] } : {}) },
  };
}

function descend(schema: Mutable, path: readonly string[]): Mutable {
  let at = schema;
  for (const key of path) at = at[key] as Mutable;
  return at;
}
