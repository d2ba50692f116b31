import type { Json, JsonObject } from '../base/canonical-json.ts';
import { type KeyHalf, setByToken } from '../quorum/key-template.ts';
import { quirkRow, saysNothing, wantedBesides } from '../quorum/quirk-rows.ts';
import type { GeneratedKey } from './parts.ts';

/** An attribute of a new key that the template asks for, or that its token sets by itself, and what the token reports of it. */
export interface AskedAttribute {
  readonly half: KeyHalf;
  readonly name: string;
  readonly asked: boolean | string;
  readonly reported: Json | undefined;
}

export function askedAttributes({ done }: Pick<GeneratedKey, 'done'>): readonly AskedAttribute[] {
  const { privateTemplate, publicTemplate, behavesAs, wrappable = false } = done.operation;
  const row = quirkRow(behavesAs);
  return (['private', 'public'] as const).flatMap((half) => {
    const template = half === 'private' ? privateTemplate : publicTemplate;
    const read = objectOf(done.result.facts[half]);
    return Object.entries({ ...setByToken(half, wrappable), ...wantedBesides(half, row), ...template }).map(
      ([name, asked]) => ({
        half,
        name,
        asked,
        reported: saysNothing(half, name, read[name], row) ? undefined : read[name],
      }),
    );
  });
}

export function objectOf(value: Json | undefined): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {};
}
