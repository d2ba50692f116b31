import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/**
 * A program of its own, since only root may do this: looks through the memory of another process, which stands still
 * meanwhile. Its argument is the process id; on standard input are the texts to look for, as a JSON list; it prints
 * what it found ({@link Searched}) as JSON.
 */
export interface Searched {
  /** Bytes of memory that had been written to. */
  readonly bytes: number;
  readonly finds: readonly Find[];
}

export interface Find {
  /** Which of the texts, from 0. */
  readonly text: number;
  readonly form: string;
  /** Name of the mapping, such as `[heap]`; empty for memory without one. */
  readonly mapping: string;
  /** What stands before and after it, as far as it is printable. */
  readonly around: string;
}

const CHUNK = 256 * 1024;
const AROUND = 48;

/** The forms in which a text that was typed could stand in memory. */
function formsOf(text: string): [form: string, bytes: Buffer][] {
  const bytes = Buffer.from(text, 'latin1');
  const hex = bytes.toString('hex');
  return [
    ['ASCII', bytes],
    ['UTF-16', Buffer.from(text, 'utf16le')],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ...[0, 1, 2].map((shift): [string, Buffer] => [`base64 at ${shift}`, Buffer.from(base64(bytes, shift))]),
  ];
}

/** The characters that are the same whatever stands before and behind the bytes. */
function base64(bytes: Buffer, shift: number): string {
  const whole = Buffer.concat([Buffer.alloc(shift), bytes]);
  const bits = 8 / 6;
  return whole.toString('base64').slice(Math.ceil(shift * bits), Math.floor(whole.length * bits));
}

interface Mapping {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** All that can be read and can have been written; a file that is mapped for reading is as it lies on the disk. */
function mappingsOf(pid: string): Mapping[] {
  const mappings: Mapping[] = [];
  for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').trim().split('\n')) {
    const [, from = '', to = '', rights = '', inode, name = ''] =
      /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ (\d+) *(.*)$/.exec(line) ?? [];
    const isAsOnDisk = inode !== '0' && rights[1] !== 'w';
    if (!rights.startsWith('r') || isAsOnDisk || /^\[v(?:var|syscall|dso)/.test(name)) continue;
    mappings.push({ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16), name });
  }
  return mappings;
}

function search(pid: string, texts: readonly string[]): Searched {
  const needles = texts.flatMap((text, index) => formsOf(text).map(([form, bytes]) => ({ text: index, form, bytes })));
  const overlap = Math.max(...needles.map(({ bytes }) => bytes.length)) - 1;
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.alloc(CHUNK + overlap);
  const blank = Buffer.alloc(CHUNK + overlap);
  const finds: Find[] = [];
  let bytes = 0;
  for (const { from, to, name } of mappingsOf(pid)) {
    for (let at = from; at < to; at += CHUNK) {
      const size = readSync(memory, chunk, 0, Math.min(chunk.length, to - at), at);
      const read = chunk.subarray(0, size);
      // Much more is reserved than was ever written.
      if (read.equals(blank.subarray(0, size))) continue;
      bytes += Math.min(size, CHUNK);
      for (const { text, form, bytes: needle } of needles) {
        for (let hit = read.indexOf(needle); hit >= 0 && hit < CHUNK; hit = read.indexOf(needle, hit + 1)) {
          const seen = read.subarray(Math.max(0, hit - AROUND), hit + needle.length + AROUND).toString('latin1');
          finds.push({ text, form, mapping: name, around: seen.replace(/[^ -~]/g, '.') });
        }
      }
    }
  }
  closeSync(memory);
  return { bytes, finds };
}

const [pid = ''] = process.argv.slice(2);
const texts = JSON.parse(readFileSync(0, 'utf8')) as string[];
process.kill(Number(pid), 'SIGSTOP');
try {
  process.stdout.write(JSON.stringify(search(pid, texts)));
} finally {
  process.kill(Number(pid), 'SIGCONT');
}
