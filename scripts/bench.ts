import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark, Row } from './bench/measure.ts';

/** Every file of scripts/bench that exports a `benchmark`, or several as `benchmarks`, by name. */
async function benchmarks(): Promise<readonly Benchmark[]> {
  const folder = join(import.meta.dirname, 'bench');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const modules = await Promise.all(files.sort().map((name) => import(join(folder, name)) as Promise<Benchmarks>));
  return modules.flatMap(({ benchmark, benchmarks: several = [] }) => (benchmark ? [benchmark] : several));
}

interface Benchmarks {
  readonly benchmark?: Benchmark;
  readonly benchmarks?: readonly Benchmark[];
}

function show(row: Row): string {
  const figure = (value: number) => `${value.toFixed(1)} ${row.unit}`;
  const line = `${row.name.padEnd(20)} ${figure(row.value).padStart(12)}   ${row.ratio.toFixed(2).padStart(7)} × ${row.peer} (${figure(row.peerValue)})`;
  if (!row.memory) return line;
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;
  const { value, peerValue, of } = row.memory;
  const most = `${line}; at most ${megabytes(value)} (${megabytes(peerValue)}${of === undefined ? '' : ` ${of}`})`;
  return of === undefined ? `${most}, ${(1 / row.ratio).toFixed(1)} × as fast` : most;
}

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true, default: [] }, json: { type: 'string' } },
});
const known = await benchmarks();
const unknown = values.only.filter((name) => !known.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(`bench: no row "${unknown[0]}"; there are ${known.map((one) => one.name).join(', ')}`);
  process.exit(64);
}
const rows: Row[] = [];
for (const benchmark of known) {
  if (values.only.length > 0 && !values.only.includes(benchmark.name)) continue;
  const row = { name: benchmark.name, ...(await benchmark.measure()) };
  rows.push(row);
  console.log(show(row));
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
