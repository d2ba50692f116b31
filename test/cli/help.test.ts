import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS, type CommandUsage } from '../../src/usage/commands.ts';
import { quorate } from './quorate.ts';

describe('the help of what the supervisor does', () => {
  for (const [name, { says, takes, takesMore, options }] of Object.entries<CommandUsage>(COMMANDS)) {
    test(`${name}: in each way of asking, every option with a line of its own`, async () => {
      const { code, out, err } = await quorate('/', name, '--help');
      const taken = [takes && `<${takes}>`, takesMore && `<${takesMore}...>`].filter(Boolean);
      assert.deepEqual([code, err], [0, '']);
      const [usage, ...lines] = out.replaceAll(/\n {4,}(?=[^-\s])/g, ' ').split('\n');
      assert.equal(usage, `Usage: quorate ${[name, '[options]', ...taken].join(' ')}`);
      assert.ok(out.replaceAll(/\s+/g, ' ').includes(` ${says} `), says);
      for (const [option, { value, says: what }] of Object.entries(options)) {
        const shown = lines.find((line) => new RegExp(`^ {2}--${option}(?: |$)`).test(line)) ?? '';
        assert.ok(shown.replaceAll(/ +/g, ' ').endsWith(` ${what}`), `--${option}: "${shown}"`);
        assert.equal(shown.includes(`<${value}`), value !== undefined, shown);
      }
      for (const other of [
        ['help', name],
        [name, 'anything', '-h'],
      ])
        assert.deepEqual(await quorate('/', ...other), { code, out, err });
    });

    test(`${name}: how it is called, where it is called wrongly, has the same options`, async () => {
      const { code, out, err } = await quorate('/', name, '--nonsense');
      assert.deepEqual([code, out], [64, '']);
      const [refusal = '', hint = ''] = err.split('\n');
      assert.match(refusal, /^quorate: USAGE: Unknown option '--nonsense'/);
      const named = new Set([...hint.matchAll(/--([a-z-]+)/g)].map(([, option]) => option));
      assert.deepEqual([...named].sort(), Object.keys(options).sort());
      for (const [option, { required }] of Object.entries(options))
        if (required) assert.match(hint, new RegExp(` --${option}`), 'without brackets');
    });
  }

  test('a word that only looks like a question for it is no start of anything', async () => {
    const { code, out, err } = await quorate('/', 'rehearse', 'x', '--out', '-h');
    assert.deepEqual([code, out], [64, '']);
    assert.match(err, /^Usage: quorate rehearse /);
  });
});
