import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { blocksOf, where } from '../docs/pages.ts';
import { ROOT } from './table.ts';

/** The commands of a guide, one after the other, as they stand there. */
export class GuideCommands {
  readonly #commands;
  readonly #home: () => string;

  /** @param home folder that `~` is */
  constructor(page: string, home: () => string) {
    this.#commands = blocksOf(page).filter(({ language }) => language === 'sh');
    this.#home = home;
  }

  get left(): number {
    return this.#commands.length;
  }

  /** The next command, which the guide must have here. */
  next(kind: string, what: RegExp): string {
    const block = this.#commands.shift();
    assert.ok(block, `the guide has no command ${what}`);
    assert.equal(block.kind, kind, where(block));
    assert.match(block.text, what, where(block));
    return block.text;
  }

  /** Runs it, in the checkout. @returns what it says */
  run(what: RegExp): string {
    const ended = spawnSync('sh', ['-euc', this.next('guide', what)], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.#home() },
      encoding: 'utf8',
      timeout: 240_000,
    });
    assert.equal(ended.status, 0, `${what}: ${ended.stdout}\n${ended.stderr}`);
    return ended.stdout;
  }
}
