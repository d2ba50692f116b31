import assert from 'node:assert/strict';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * Reads Prometheus' text exposition format and asserts its rules: a HELP and a TYPE line before the samples of each
 * metric, all of them in one place, no sample twice, and a line feed at the end.
 */
export function readMetrics(text: string): readonly Sample[] {
  assert.ok(text.endsWith('\n'), 'the last line has no end');
  const samples: Sample[] = [];
  const seen = new Set<string>();
  const named = new Set<string>();
  let current = '';
  let hasType = false;
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (comment) {
      const [, word, name = '', rest] = comment;
      if (word === 'HELP') {
        assert.ok(!named.has(name), `${name} stands in two places`);
        named.add(name);
        [current, hasType] = [name, false];
      } else {
        assert.deepEqual([name, rest], [current, 'gauge']);
        hasType = true;
      }
      continue;
    }
    const match = /^([a-z_]+)\{((?:[a-z_]+="(?:[^"\\]|\\[\\"n])*",?)*)\} (\d+)$/.exec(line);
    assert.ok(match, `no sample: ${line}`);
    const [, name = '', list = '', value] = match;
    assert.ok(name === current && hasType, `${name} has no HELP and TYPE before it`);
    assert.ok(!seen.has(`${name}{${list}}`), `twice: ${line}`);
    seen.add(`${name}{${list}}`);
    const labels = [...list.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', quoted = '']) => [
      label,
      quoted.replaceAll(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one)),
    ]);
    samples.push({ name, labels: Object.fromEntries(labels) as Sample['labels'], value: Number(value) });
  }
  return samples;
}
