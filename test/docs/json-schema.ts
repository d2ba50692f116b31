/**
 * A validator for the part of JSON Schema (draft 2020-12) that docs/schema/ uses. A keyword that it does not know is
 * an error and not an annotation: a schema must not seem to demand what nobody checks.
 */
export type Schema = boolean | { readonly [keyword: string]: unknown };

type Sub = { readonly [name: string]: Schema };

/** Keywords that demand nothing by themselves. */
const SILENT = new Set(['$schema', '$defs', 'title', 'description']);

/** @returns what is wrong, `/path: message`; empty where the value is valid */
export function validate(schema: Schema, value: unknown, root: Schema = schema): string[] {
  return check(schema, value, '', root);
}

/** The definition of that name, to be validated against with the whole schema as `root`. */
export function definition(root: Schema, name: string): Schema {
  const found = (root as { $defs?: Sub }).$defs?.[name];
  if (found === undefined) throw new Error(`the schema has no definition "${name}"`);
  return found;
}

function check(schema: Schema, value: unknown, at: string, root: Schema): string[] {
  if (schema === true) return [];
  if (schema === false) return [`${at || '/'}: nothing is allowed here`];
  return Object.entries(schema).flatMap(([keyword, argument]) => {
    if (SILENT.has(keyword)) return [];
    const rule = KEYWORDS[keyword];
    if (!rule) throw new Error(`the schema uses "${keyword}", which this validator does not know`);
    return rule({ argument, value, at, root, schema });
  });
}

interface Question {
  readonly argument: unknown;
  readonly value: unknown;
  readonly at: string;
  readonly root: Schema;
  readonly schema: { readonly [keyword: string]: unknown };
}

const KEYWORDS: { readonly [keyword: string]: (question: Question) => string[] } = {
  $ref: ({ argument, value, at, root }) => {
    const name = /^#\/\$defs\/([\w-]+)$/.exec(String(argument))?.[1];
    if (name === undefined) throw new Error(`the schema refers to ${String(argument)}, outside its own definitions`);
    return check(definition(root, name), value, at, root);
  },
  type: ({ argument, value, at }) =>
    [argument].flat().some((name) => isType(String(name), value))
      ? []
      : [`${at || '/'}: not of type ${[argument].flat().join(' or ')}`],
  const: ({ argument, value, at }) =>
    same(argument, value) ? [] : [`${at || '/'}: expected ${JSON.stringify(argument)}`],
  enum: ({ argument, value, at }) =>
    (argument as unknown[]).some((one) => same(one, value))
      ? []
      : [`${at || '/'}: expected one of ${JSON.stringify(argument)}`],
  pattern: ({ argument, value, at }) =>
    typeof value !== 'string' || new RegExp(String(argument), 'u').test(value)
      ? []
      : [`${at || '/'}: does not match ${argument}`],
  minimum: ({ argument, value, at }) =>
    typeof value !== 'number' || value >= Number(argument) ? [] : [`${at || '/'}: less than ${argument}`],
  maximum: ({ argument, value, at }) =>
    typeof value !== 'number' || value <= Number(argument) ? [] : [`${at || '/'}: more than ${argument}`],
  minItems: ({ argument, value, at }) =>
    !Array.isArray(value) || value.length >= Number(argument) ? [] : [`${at || '/'}: fewer than ${argument} items`],
  maxItems: ({ argument, value, at }) =>
    !Array.isArray(value) || value.length <= Number(argument) ? [] : [`${at || '/'}: more than ${argument} items`],
  items: ({ argument, value, at, root }) =>
    Array.isArray(value) ? value.flatMap((item, index) => check(argument as Schema, item, `${at}/${index}`, root)) : [],
  required: ({ argument, value, at }) =>
    isObject(value)
      ? (argument as string[]).filter((key) => !Object.hasOwn(value, key)).map((key) => `${at || '/'}: lacks "${key}"`)
      : [],
  properties: ({ argument, value, at, root }) =>
    isObject(value)
      ? Object.entries(argument as Sub).flatMap(([key, inner]) =>
          Object.hasOwn(value, key) ? check(inner, value[key], `${at}/${key}`, root) : [],
        )
      : [],
  propertyNames: ({ argument, value, at, root }) =>
    isObject(value) ? Object.keys(value).flatMap((key) => check(argument as Schema, key, `${at}/${key}`, root)) : [],
  additionalProperties: ({ argument, value, at, root, schema }) => {
    if (!isObject(value)) return [];
    const named = (schema['properties'] ?? {}) as Sub;
    const others = Object.keys(value).filter((key) => !Object.hasOwn(named, key));
    return others.flatMap((key) => check(argument as Schema, value[key], `${at}/${key}`, root));
  },
  anyOf: ({ argument, value, at, root }) => {
    const answers = (argument as Schema[]).map((one) => check(one, value, at, root));
    return answers.some((problems) => problems.length === 0) ? [] : [`${at || '/'}: fits none of the alternatives`];
  },
  oneOf: ({ argument, value, at, root }) => {
    const fitting = (argument as Schema[]).filter((one) => check(one, value, at, root).length === 0).length;
    return fitting === 1 ? [] : [`${at || '/'}: fits ${fitting} of the alternatives, expected exactly one`];
  },
};

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isType(name: string, value: unknown): boolean {
  switch (name) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return Number.isInteger(value);
    case 'null':
      return value === null;
    default:
      throw new Error(`the schema uses the type "${name}", which this validator does not know`);
  }
}

/** JSON values: no two of ours differ only in the order of their keys. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
