import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A printer: a pipe, and what comes through it, page by page. Another process than the one that prints. */
export class PipedPrinter {
  readonly path: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string, path: string, child: ChildProcess) {
    this.#folder = folder;
    this.path = path;
    this.#child = child;
  }

  static async start(): Promise<PipedPrinter> {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-printer-'));
    const path = join(folder, 'printer');
    execFileSync('mkfifo', [path]);
    const script = 'echo on; n=0; while true; do n=$((n + 1)); cat "$0" >"$0.$n.pdf"; done';
    const child = spawn('sh', ['-c', script, path], { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    return new PipedPrinter(folder, path, child);
  }

  stop(): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    rmSync(this.#folder, { recursive: true });
  }

  /** The pages that came out, but for what only looked whether somebody reads. */
  pages(): Buffer[] {
    const listed = execFileSync('sh', ['-c', 'ls -v "$0".*.pdf', this.path], { encoding: 'utf8' }).trim().split('\n');
    return listed
      .map((file) => readFileSync(file))
      .filter((page) => page.length > 0 && page.subarray(-6).toString('latin1') === '%%EOF\n');
  }

  /** The page with that number, from 1, once it has come out. */
  async page(number: number): Promise<Buffer> {
    return await until(() => this.pages()[number - 1]);
  }

  /** What a scanner types of a page: read from its picture by other programs than ours. */
  async scan(number: number): Promise<string> {
    const name = join(this.#folder, 'scanned');
    writeFileSync(`${name}.pdf`, await this.page(number));
    execFileSync('pdftoppm', ['-r', '150', '-gray', '-singlefile', `${name}.pdf`, name]);
    const options = ['--nodbus', '--quiet', '--raw', '-Sdisable', '-Sqrcode.enable', `${name}.pgm`];
    return execFileSync('zbarimg', options, { encoding: 'utf8', timeout: 60_000 }).trim();
  }

  async text(number: number): Promise<string> {
    const input = await this.page(number);
    return execFileSync('pdftotext', ['-layout', '-', '-'], { input, encoding: 'utf8' });
  }
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
