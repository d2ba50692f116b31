import type { Json, JsonObject } from '../base/canonical-json.ts';
import { parseUtc } from '../base/dates.ts';
import { isSha256, type Sha256 } from '../base/digest.ts';
import { CeremonyError, type ErrorCode } from '../base/errors.ts';

/**
 * Reads the members of a JSON object one by one and refuses what is missing, of another type, or surplus.
 * The guard may load no schema library, and the quorum's documents are few and closed.
 */
export class Shape {
  readonly #object: JsonObject;
  readonly #code: ErrorCode;
  readonly #where: string;
  readonly #left: Set<string>;

  /** @param where names the document and place in errors, e.g. `roster.json: members[2]` */
  constructor(value: Json | undefined, code: ErrorCode, where: string) {
    this.#code = code;
    this.#where = where;
    if (value === null || typeof value !== 'object' || Array.isArray(value)) this.#refuse('is not an object');
    this.#object = value as JsonObject;
    this.#left = new Set(Object.keys(this.#object));
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object, key);
  }

  any(key: string): Json {
    if (!this.has(key)) this.#refuse(`lacks "${key}"`);
    this.#left.delete(key);
    return this.#object[key] as Json;
  }

  text(key: string, pattern?: RegExp): string {
    const value = this.any(key);
    if (typeof value !== 'string') this.#refuse(`"${key}" is not a string`);
    if (pattern && !pattern.test(value as string))
      this.#refuse(`"${key}" is ${JSON.stringify(value)}, expected ${pattern}`);
    return value as string;
  }

  literal<T extends string>(key: string, ...allowed: readonly T[]): T {
    const value = this.text(key);
    if (!(allowed as readonly string[]).includes(value))
      this.#refuse(`"${key}" is "${value}", expected ${allowed.join(' or ')}`);
    return value as T;
  }

  digest(key: string): Sha256 {
    const value = this.any(key);
    if (!isSha256(value)) this.#refuse(`"${key}" is not a SHA-256 digest of 64 lower-case hexadecimal digits`);
    return value as Sha256;
  }

  integer(key: string, least: number, most: number): number {
    const value = this.any(key);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      this.#refuse(`"${key}" is ${JSON.stringify(value)}, expected an integer from ${least} to ${most}`);
    }
    return value as number;
  }

  flag(key: string): boolean {
    const value = this.any(key);
    if (typeof value !== 'boolean') this.#refuse(`"${key}" is not true or false`);
    return value as boolean;
  }

  nothing(key: string): null {
    if (this.any(key) !== null) this.#refuse(`"${key}" is not null`);
    return null;
  }

  /** UTC, whole seconds: `2027-03-01T09:00:00Z`. */
  utc(key: string): string {
    const value = this.text(key);
    try {
      parseUtc(value);
    } catch {
      this.#refuse(`"${key}" is ${JSON.stringify(value)}, expected a time in UTC such as 2027-03-01T09:00:00Z`);
    }
    return value;
  }

  base64(key: string): Buffer {
    const text = this.text(key);
    const bytes = Buffer.from(text, 'base64');
    if (bytes.toString('base64') !== text) this.#refuse(`"${key}" is not base64`);
    return bytes;
  }

  object(key: string): Shape {
    return new Shape(this.any(key), this.#code, `${this.#where}: ${key}`);
  }

  list<T>(key: string, read: (item: Json, where: string) => T): T[] {
    const value = this.any(key);
    if (!Array.isArray(value)) this.#refuse(`"${key}" is not a list`);
    return (value as readonly Json[]).map((item, index) => read(item, `${this.#where}: ${key}[${index}]`));
  }

  map<T>(key: string, read: (value: Json, name: string, where: string) => T): Map<string, T> {
    const object = this.object(key);
    const result = new Map<string, T>();
    for (const name of Object.keys(object.#object)) {
      result.set(name, read(object.any(name), name, `${this.#where}: ${key}.${name}`));
    }
    return result;
  }

  /** Refuses whatever was not asked for: an unknown member may mean more to another reader. */
  end(): void {
    const [first] = this.#left;
    if (first !== undefined) this.#refuse(`has an unknown member "${first}"`);
  }

  #refuse(what: string): never {
    throw new CeremonyError(this.#code, `${this.#where} ${what}`);
  }
}

/** @throws CeremonyError with the given code unless the item is a string */
export function readText(code: ErrorCode): (item: Json, where: string) => string {
  return (item, where) => {
    if (typeof item !== 'string') throw new CeremonyError(code, `${where} is not a string`);
    return item;
  };
}
