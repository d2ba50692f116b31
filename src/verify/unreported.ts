import type { Json, JsonObject } from '../base/canonical-json.ts';
import type { KeyHalf, Template } from '../quorum/key-template.ts';
import { quirkRow, saysNothing, wantedBesides } from '../quorum/quirk-rows.ts';
import type { GeneratedKey } from './parts.ts';

/** An attribute of a new key that the template asks for, or that its token sets by itself, and what the token reports of it. */
export interface AskedAttribute {
  readonly half: KeyHalf;
  readonly name: string;
  readonly asked: boolean | string;
  readonly reported: Json | undefined;
}

/** What a token sets itself for a key that was born in it and never left (PKCS#11 v3.0 §4.9). */
const SET_BY_TOKEN: Readonly<Record<KeyHalf, Template>> = {
  private: { LOCAL: true, ALWAYS_SENSITIVE: true, NEVER_EXTRACTABLE: true },
  public: { LOCAL: true },
};

export function askedAttributes({ done }: Pick<GeneratedKey, 'done'>): readonly AskedAttribute[] {
  const { privateTemplate, publicTemplate, behavesAs } = done.operation;
  const row = quirkRow(behavesAs);
  return (['private', 'public'] as const).flatMap((half) => {
    const template = half === 'private' ? privateTemplate : publicTemplate;
    const read = objectOf(done.result.facts[half]);
    return Object.entries({ ...SET_BY_TOKEN[half], ...wantedBesides(half, row), ...template }).map(([name, asked]) => ({
      half,
      name,
      asked,
      reported: saysNothing(half, name, read[name], row) ? undefined : read[name],
    }));
  });
}

export function objectOf(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}
