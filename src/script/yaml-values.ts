import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';
import type { Json } from '../base/canonical-json.ts';
import { checkText, describeTextFault, escapeForeign } from '../base/text.ts';
import { type Offsets, type Path, pathKey } from './positions.ts';
import type { Problem } from './problem.ts';
import type { ProblemCode } from './problem-codes.ts';
import { MAX_LISTED, problemAt, type Source } from './source.ts';
import { clip } from './tree.ts';

export interface Values {
  readonly value: Json;
  readonly offsets: ReadonlyMap<string, Offsets>;
  /** Paths whose value was refused: `null` stands there, and nothing more need be said about it. */
  readonly refused: ReadonlySet<string>;
  readonly problems: readonly Problem<ProblemCode>[];
}

/** Composed YAML, at most `MAX_DEPTH` deep → plain values: mappings, lists, text, whole numbers, true and false. */
export function valuesOf(root: Node | null, source: Source): Values {
  const offsets = new Map<string, Offsets>();
  const refused = new Set<string>();
  const problems: Problem<ProblemCode>[] = [];

  const report = (code: ProblemCode, [at, end]: readonly [number, number], text: string, hint?: string) => {
    if (problems.length <= MAX_LISTED) problems.push(problemAt(source, code, at, end, text, hint));
  };

  const refuse = (path: Path): null => {
    refused.add(pathKey(path));
    return null;
  };

  const visit = (node: Node | null | undefined, path: Path, key: readonly [number, number] | undefined): Json => {
    const range: [number, number] = node?.range ? [node.range[0], node.range[1]] : [...(key ?? ([0, 0] as const))];
    offsets.set(pathKey(path), key === undefined ? { value: range } : { key, value: range });
    if (isMap(node)) return mapping(node.items as Pair[], path);
    if (isSeq(node)) return node.items.map((item, index) => visit(item as Node | null, [...path, index], undefined));
    if (isAlias(node)) return refuse(path);
    if (isScalar(node)) return scalar(node, path, range, key);
    report('YAML_NULL', key ?? range, nothing(path), NOTHING_HINT);
    return refuse(path);
  };

  const mapping = (pairs: readonly Pair[], path: Path): Json => {
    const object: Record<string, Json> = {};
    for (const pair of pairs) {
      const node = pair.key as Node | null;
      const range: [number, number] = node?.range ? [node.range[0], node.range[1]] : valueRange(pair);
      const key = keyOf(node, range);
      if (key === undefined) continue;
      if (Object.hasOwn(object, key)) {
        const first = problems.length <= MAX_LISTED && offsets.get(pathKey([...path, key]))?.key;
        const hint = first ? `it stands first on line ${source.placeOf(first[0]).line}` : undefined;
        report('YAML_DUPLICATE_KEY', range, `the key "${escapeForeign(key)}" stands twice`, hint);
        continue;
      }
      object[key] = visit(pair.value as Node | null, [...path, key], range);
    }
    return object;
  };

  const keyOf = (node: Node | null, range: [number, number]): string | undefined => {
    if (isAlias(node)) return undefined;
    if (!isScalar(node) || typeof node.value !== 'string') {
      const found = isScalar(node) && node.source ? ` "${escapeForeign(clip(node.source))}"` : '';
      report(
        'YAML_KEY',
        range,
        `a key must be text${found}`,
        found === '' ? undefined : 'put it in quotes if it is meant as text',
      );
      return undefined;
    }
    const key = node.value;
    if (key === '<<') {
      report('YAML_MERGE_KEY', range, 'merge keys ("<<") are not part of the language');
      return undefined;
    }
    // Such a name would be found in every object of the program.
    if (key in Object.prototype || key === '__proto__') {
      report('YAML_KEY', range, `"${key}" is a reserved word, expected another key`);
      return undefined;
    }
    checkScalarText(node, range);
    return key;
  };

  const scalar = (
    node: Scalar,
    path: Path,
    range: [number, number],
    key: readonly [number, number] | undefined,
  ): Json => {
    const { value } = node;
    const written = node.source ?? '';
    if (typeof value === 'string') {
      checkScalarText(node, range);
      return value;
    }
    if (value === true || value === false) return value;
    if (typeof value === 'number') {
      if (/^(?:0|-?[1-9]\d{0,14})$/.test(written)) return value;
      const text = `${escapeForeign(clip(written))} is not a whole number in plain decimal form, with at most 15 digits`;
      report('YAML_NUMBER', range, text, `write "${escapeForeign(clip(written))}" if it is meant as text`);
      return refuse(path);
    }
    const where = range[1] > range[0] ? range : (key ?? range);
    report('YAML_NULL', where, nothing(path), NOTHING_HINT);
    return refuse(path);
  };

  // What stands in the file has been checked by `checkSource`; escapes in double quotes make what does not stand there.
  const checkScalarText = (node: Scalar, range: [number, number]) => {
    if (node.type !== 'QUOTE_DOUBLE' || typeof node.value !== 'string') return;
    const raw = source.text.slice(range[0], range[1]);
    if (!raw.includes('\\')) return;
    // Each character once: a text may hold the same escape many thousand times.
    const faults = new Map(checkText(node.value).map((fault) => [`${fault.kind} ${fault.codePoint}`, fault]));
    for (const fault of faults.values()) {
      const written =
        fault.kind === 'not-nfc' ? raw.normalize('NFC') !== raw : raw.includes(String.fromCodePoint(fault.codePoint));
      if (!written) report('YAML_TEXT', range, `the text holds an escape: ${describeTextFault(fault)}`);
    }
  };

  return { value: visit(root, [], undefined), offsets, refused, problems };
}

const NOTHING_HINT = 'write a value, "none", [] or {} as fits, or leave the key out';

function nothing(path: Path): string {
  const key = path.findLast((step) => typeof step === 'string');
  return key === undefined ? 'there is nothing here' : `"${escapeForeign(clip(key))}" has no value`;
}

function valueRange(pair: Pair): [number, number] {
  const range = (pair.value as Node | null)?.range;
  return range ? [range[0], range[0]] : [0, 0];
}
