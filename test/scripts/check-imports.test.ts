import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { checkImports, lockedDependencies } from '../../scripts/check-imports.ts';
import { FILES, FOLDERS, REACH } from '../../scripts/import-table.ts';

const top = join(import.meta.dirname, '../..');
let scratch: string;
before(() => {
  scratch = mkdtempSync(join(tmpdir(), 'quorate imports '));
});
after(() => rmSync(scratch, { recursive: true }));

type Files = Readonly<Record<string, string>>;

function tree(files: Files): string {
  const root = mkdtempSync(join(scratch, 'tree-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

function breaches(files: Files, dependencies: Readonly<Record<string, readonly string[]>> = {}): string[] {
  const found = checkImports(tree(files), (name) => dependencies[name] ?? []);
  return found.map(({ path, line, column, message }) => `${path}:${line}:${column} ${message}`);
}

describe('imports that the table allows', () => {
  const allowed: Readonly<Record<string, Files>> = {
    'a row, its packages, its builtins': {
      'base/errors.ts': 'import { hash } from "node:crypto";\nexport const a = hash;\n',
      'quorum/classes.ts': 'export * from "../base/errors.ts";\n',
      'script/parse.ts':
        "import { parse } from 'yaml';\nimport { z } from 'zod/v4';\nimport { a } from '../quorum/classes.ts';\nexport { parse, z, a };\n",
    },
    'types where the table says types': {
      'ports.ts': "export type { A } from './pki/a.ts';\n",
      'pki/a.ts':
        'export interface A { readonly now: Date; readonly process: typeof process; readonly get: typeof Math.random }\n',
      'steps/b.ts': "import type { A } from '../ports.ts';\nexport type B = A | import('../transcript/c.ts').C;\n",
      'transcript/c.ts': 'export type C = 1;\n',
    },
    'words in comments, strings, templates, types and property names': {
      'pki/a.ts': [
        '// import "node:net"; await import(x); Date.now()',
        '/* import {\n  a } from "inquirer" */',
        `export const a = 'import "node:net"' + \`import('node:net') Date.now() \${1} require('x')\`;`,
        'export const b = { require: 1, process: 2, Date: 3, eval: 4 }.process;',
        'export const c = /import x from "node:net"/;',
        'export class D { process(): number { return b; } }',
        'export const e = new Date(b).getUTCHours() + Date.UTC(2020, 1) + Math.max(b, Date.parse("2020-01-01T00:00:00Z"));',
        'export const f = (x: unknown): x is Date => x instanceof Date;',
      ].join('\n'),
    },
    'effects in a folder of effects': {
      'adapters/clock.ts': 'export const now = () => Date.now() + performance.now() + Number(process.env.X);\n',
    },
    'commands that load when they are called': {
      'main.ts': "const { lint } = await import('./cli/lint.ts');\nawait lint();\n",
      'cli/lint.ts': "import { Command } from 'commander';\nexport const lint = async () => new Command();\n",
    },
    'what a file rule excepts': {
      'channel/inherited.ts': "import { Socket } from 'node:net';\nexport { Socket };\n",
      'guard/main.ts': "import { Socket } from '../channel/inherited.ts';\nexport { Socket };\n",
    },
  };
  for (const [name, files] of Object.entries(allowed)) {
    test(name, () => assert.deepEqual(breaches(files), []));
  }
});

describe('imports that the table forbids, and ways to hide them', () => {
  const cases: Readonly<Record<string, readonly [files: Files, expected: readonly string[]]>> = {
    'a folder it may not import': [
      { 'verify/a.ts': "import { r } from '../run/b.ts';\nexport { r };\n", 'run/b.ts': 'export const r = 1;\n' },
      [
        'run/b.ts:1:1 "verify" may not reach "run", as verify/a.ts → run/b.ts does',
        'verify/a.ts:1:1 "verify" may not import "run/b.ts"',
      ],
    ],
    'a file, where only another file is allowed': [
      { 'script/a.ts': "import '../quorum/count.ts';\n", 'quorum/count.ts': 'export {};\n' },
      ['script/a.ts:1:1 "script" may not import "quorum/count.ts"'],
    ],
    'an import over several lines, with comments in it': [
      {
        'pki/a.ts':
          "export const x = 1;\nimport /* { */ {\n  // from 'zod'\n  Agent,\n} /* ; */\n  from\n    'undici';\nexport { Agent };\n",
      },
      ['pki/a.ts:2:1 "pki" may not import package "undici"'],
    ],
    'export … from': [
      { 'quorum/a.ts': "export * from 'zod';\nexport { z } from 'zod';\nexport * as y from 'yaml';\n" },
      [
        'quorum/a.ts:1:1 "quorum" may not import package "zod"',
        'quorum/a.ts:2:1',
        'quorum/a.ts:3:1 "quorum" may not import package "yaml"',
      ],
    ],
    'an import for its effects alone': [
      { 'cms/a.ts': "import 'reflect-metadata';\n" },
      ['cms/a.ts:1:1 "cms" may not import package "reflect-metadata"'],
    ],
    'import()': [
      {
        'steps/a.ts':
          "export const f = async () =>\n  await import('inquirer');\nexport const g = () => import(`chalk`);\n",
      },
      [
        'steps/a.ts:2:9 "steps" may not import package "inquirer"',
        'steps/a.ts:3:24 "steps" may not import package "chalk"',
      ],
    ],
    'import() of something computed': [
      {
        'cli/a.ts': `const name = 'x';\nexport const f = () => import(\`./\${name}.ts\`);\nexport const g = () => import(name);\n`,
      },
      ['cli/a.ts:2:24 an import() of something that is not a literal is not allowed anywhere', 'cli/a.ts:3:24'],
    ],
    'import() with a type argument, comments and line breaks': [
      { 'steps/a.ts': "export const f = () => import /* ( */ (\n  // 'zod'\n  'inquirer'\n);\n" },
      ['steps/a.ts:1:24 "steps" may not import package "inquirer"'],
    ],
    'require and its makers': [
      {
        'adapters/a.ts': "export const a = require('fs');\n",
        'adapters/b.ts': "import { createRequire } from 'node:module';\nexport const b = createRequire('/');\n",
        'adapters/c.ts': "import c = require('node:net');\nexport { c };\n",
        'adapters/d.ts': "export const d = process.getBuiltinModule('node:net');\n",
        'adapters/e.ts': "export const e = process['getBuiltinModule']('node:net');\n",
        'adapters/f.ts': "export const f = (key: 'env') => process[key];\n",
        'adapters/g.ts': 'export const { getBuiltinModule: g } = process;\n',
        'adapters/h.ts': 'export const h = { dlopen: 1 };\n',
      },
      [
        'adapters/a.ts:1:18 require is not allowed anywhere',
        'adapters/b.ts:1:1 "adapters" may not import "node:module"',
        'adapters/b.ts:2:18 createRequire is not allowed anywhere',
        'adapters/c.ts:1:1 import … = … is not allowed anywhere',
        'adapters/d.ts:1:26 getBuiltinModule is not allowed anywhere',
        'adapters/e.ts:1:18 ["getBuiltinModule"] is not allowed anywhere',
        'adapters/f.ts:1:34 process[…] is not allowed anywhere',
        'adapters/g.ts:1:16 getBuiltinModule is not allowed anywhere',
        'adapters/h.ts:1:20 dlopen is not allowed anywhere',
      ],
    ],
    'the network, and code from strings': [
      {
        'adapters/a.ts':
          "import net from 'node:net';\nimport * as tls from 'tls';\nimport { lookup } from 'node:dns/promises';\nexport { net, tls, lookup };\n",
        'adapters/b.ts':
          "export const b = () => fetch('x');\nexport const c = globalThis['fetch'];\nexport const d = eval;\nexport const e = new Function('');\nexport const f = new WebSocket('x');\n",
      },
      [
        'adapters/a.ts:1:1 "adapters" may not import "node:net"',
        'adapters/a.ts:2:1 "tls" must be written "node:tls"',
        'adapters/a.ts:3:1 "adapters" may not import "node:dns/promises"',
        'adapters/b.ts:1:24 fetch is not allowed anywhere',
        'adapters/b.ts:2:18 globalThis',
        'adapters/b.ts:3:18 eval',
        'adapters/b.ts:4:22 Function',
        'adapters/b.ts:5:22 WebSocket',
      ],
    ],
    'import type, where the table allows nothing': [
      { 'base/a.ts': "import type { Z } from 'zod';\nexport type A = Z | import('yaml').Y;\n" },
      ['base/a.ts:1:1 "base" may not import package "zod"', 'base/a.ts:2:21 "base" may not import package "yaml"'],
    ],
    'an import that runs, where the table allows types': [
      {
        'steps/a.ts': "import { type A } from '../ports.ts';\nexport type B = A;\n",
        'guard/b.ts': "import { Duplex } from 'node:stream';\nexport { Duplex };\n",
        'ports.ts': 'export interface A {}\n',
      },
      [
        'guard/b.ts:1:1 "guard" may not import "node:stream"',
        'steps/a.ts:1:1 "steps" may import only types from "ports.ts" (import type)',
      ],
    ],
    'declarations used as code, and code that they import': [
      {
        'base/a.d.ts': "import { z } from 'zod';\ndeclare global { interface A { z: z } }\n",
        'base/b.ts': "import './a.d.ts';\nimport type {} from './a.d.ts';\n",
      },
      [
        'base/a.d.ts:1:1 "base" may not import package "zod"',
        'base/b.ts:1:1 "./a.d.ts" holds declarations alone (import type)',
      ],
    ],
    'a command loaded at the start': [
      {
        'main.ts': "import { lint } from './cli/lint.ts';\nimport { Command } from 'commander';\nlint(Command);\n",
        'cli/lint.ts': 'export const lint = (x: unknown) => x;\n',
      },
      [
        'main.ts:1:1 "main" may import "cli/lint.ts" only by import(), when it is used',
        'main.ts:2:1 "main" may import package "commander" only by import()',
      ],
    ],
    'names of a builtin that are not pure': [
      {
        'pki/a.ts': "import { hash, randomBytes as hashes } from 'node:crypto';\nexport { hash, hashes };\n",
        'pki/b.ts': "import * as crypto from 'node:crypto';\nexport const b = crypto;\n",
        'pki/c.ts': "import crypt from 'node:crypto';\nexport const c = crypt;\n",
        'pki/d.ts': "import 'node:crypto';\n",
        'pki/e.ts': "export const e = () => import('node:crypto');\n",
        'pki/f.ts': "import { readFileSync } from 'node:fs';\nexport { readFileSync };\n",
      },
      [
        'pki/a.ts:1:1 "pki" may not import randomBytes from "node:crypto"',
        'pki/b.ts:1:1 "pki" may not import all of it from "node:crypto"',
        'pki/b.ts:2:18 crypto is an effect',
        'pki/c.ts:1:1 "pki" may not import default from "node:crypto"',
        'pki/d.ts:1:1 "pki" may import "node:crypto" only by name',
        'pki/e.ts:1:24 "pki" may not import all of it from "node:crypto"',
        'pki/f.ts:1:1 "pki" may not import "node:fs"',
      ],
    ],
    'the clock, the dice, the process, the machine': [
      {
        'plan/a.ts': [
          'export const a = Date.now();',
          'export const b = new Date();',
          'export const c = Date();',
          'export const D = Date;',
          'export const { now } = Date;',
          'export const e = new Date(...[]);',
          'export const f = Math.random();',
          'export const { random } = Math;',
          "export const g = Math['random']();",
          'export const h = process.env;',
          'export const { hrtime } = process;',
          'export const i = performance.now();',
          'export const j = crypto.randomUUID();',
          "export const k = 'a'.localeCompare('b');",
          'export const l = new Date(0).getHours();',
          'export const m = import.meta.url;',
          'export const n = { process };',
          'export class O extends Date {}',
        ].join('\n'),
      },
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].map((line) => `plan/a.ts:${line}:`),
    ],
    'paths that are not what they seem': [
      {
        'base/a.ts':
          "import '../../package.json';\nimport './b';\nimport './%62.ts';\nimport './b.ts?x';\nimport '/etc/x.ts';\nimport 'file:///etc/x.ts';\nimport 'data:text/javascript,1';\nimport '#base';\nimport 'quorate/src/run/a.ts';\nimport './../base//../run/c.ts';\n",
        'base/b.ts': 'export {};\n',
        'run/c.ts': 'export {};\n',
      },
      [
        'base/a.ts:1:1 "../../package.json" leaves the sources',
        'base/a.ts:2:1 "./b" is not a file of the sources',
        'base/a.ts:3:1 "./%62.ts" is not a file of the sources',
        'base/a.ts:4:1 "./b.ts?x" is not a file of the sources',
        'base/a.ts:5:1 "base" may not import package "/etc/x.ts"',
        'base/a.ts:6:1 "base" may not import package "file:///etc/x.ts"',
        'base/a.ts:7:1 "base" may not import package "data:text/javascript,1"',
        'base/a.ts:8:1 "base" may not import package "#base"',
        'base/a.ts:9:1 "base" may not import package "quorate/src/run/a.ts"',
        'base/a.ts:10:1 "base" may not import "run/c.ts"',
      ],
    ],
    'a folder without a row, and one too deep to be seen by the launcher': [
      { 'helpers/a.ts': 'export {};\n', 'pki/a/b/c/d.ts': 'export {};\n', 'pki/a/b/c.ts': 'export {};\n' },
      ['helpers/a.ts:1:1 "helpers" has no row in the import table', 'pki/a/b/c/d.ts:1:1 more than 3 folders deep'],
    ],
    'code that is not TypeScript': [
      {
        'base/a.js': 'fetch(1);\n',
        'base/b.cts': '',
        'base/c.mjs': '',
        'base/d.node': '',
        'base/words.txt': 'not code\n',
      },
      ['base/a.js:1:1 code that is not a .ts file', 'base/b.cts:1:1', 'base/c.mjs:1:1', 'base/d.node:1:1'],
    ],
    'folders in a circle': [
      {
        'quorum/a.ts': "import '../cms/b.ts';\n",
        'cms/b.ts': "import '../x509/c.ts';\n",
        'x509/c.ts': "import '../quorum/a.ts';\n",
      },
      [
        'quorum/a.ts:1:1 folders import each other in a circle: cms → x509 → quorum → cms',
        'x509/c.ts:1:1 "x509" may not import "quorum/a.ts"',
      ],
    ],
    'what verify reaches through others': [
      {
        'verify/a.ts': "import '../pack/b.ts';\n",
        'pack/b.ts': "export { c } from '../pki/c.ts';\n",
        'pki/c.ts': "import { spawn } from 'node:child_process';\nimport '@peculiar/x509';\nexport const c = spawn;\n",
      },
      [
        'pki/c.ts:1:1 "pki" may not import "node:child_process"',
        'pki/c.ts:1:1 "verify" may not reach "node:child_process", as verify/a.ts → pack/b.ts → pki/c.ts does',
        'pki/c.ts:2:1 "pki" may not import package "@peculiar/x509"',
        'pki/c.ts:2:1 "verify" may not reach package "@peculiar/x509"',
      ],
    ],
  };
  for (const [name, [files, expected]] of Object.entries(cases)) {
    test(name, () => {
      const found = breaches(files);
      const unexpected = found.filter((one) => !expected.some((start) => one.startsWith(start)));
      const missed = expected.filter((start) => !found.some((one) => one.startsWith(start)));
      assert.deepEqual({ unexpected, missed }, { unexpected: [], missed: [] });
    });
  }

  test('a package that brings another into the guard', () => {
    const files = { 'guard/a.ts': "import { split } from 'shamir-secret-sharing';\nexport { split };\n" };
    assert.deepEqual(breaches(files), []);
    assert.match(
      breaches(files, { 'shamir-secret-sharing': ['left-pad'] })[0] ?? '',
      /^guard\/a\.ts:1:1 "guard" may not reach package "left-pad"/,
    );
  });

  test('a symbolic link', () => {
    const root = tree({ 'run/a.ts': 'export {};\n', 'base/b.ts': 'export {};\n' });
    symlinkSync('../run/a.ts', join(root, 'base/a.ts'));
    const [breach] = checkImports(root, () => []);
    assert.equal(breach?.path, 'base/a.ts');
    assert.match(breach?.message ?? '', /^a symbolic link/);
  });
});

describe('the table', () => {
  test('names only folders that have a row, and each once', () => {
    const names = FOLDERS.map((row) => row.folder);
    assert.deepEqual(names, [...new Set(names)]);
    for (const row of FOLDERS) {
      for (const target of [...row.imports, ...row.lazily.filter((one) => one !== 'commander')]) {
        assert.ok(names.includes(target.split('/')[0] as string), `${row.folder} imports ${target}`);
      }
      assert.ok(row.why.length > 0);
    }
    for (const rule of REACH) assert.ok(names.includes(rule.from));
    for (const rule of FILES) assert.ok(rule.why.length > 0 && names.includes(rule.file.split('/')[0] as string));
  });

  test('has no circle', () => {
    const done = new Set<string>();
    const walk = (folder: string, trail: readonly string[]): void => {
      assert.ok(!trail.includes(folder), `${[...trail, folder].join(' → ')}`);
      if (done.has(folder)) return;
      const row = FOLDERS.find((one) => one.folder === folder);
      for (const target of row?.imports ?? []) {
        // One file of a folder is less than the folder: it is what breaks the circle.
        if (!target.includes('/')) walk(target, [...trail, folder]);
      }
      done.add(folder);
    };
    for (const row of FOLDERS) walk(row.folder, []);
  });

  test('reads the lock file to the end', () => {
    const dependencies = lockedDependencies(join(top, 'package-lock.json'));
    assert.deepEqual(dependencies('shamir-secret-sharing'), []);
    assert.ok(dependencies('graphene-pk11').includes('pkcs11js'));
    assert.ok(dependencies('@peculiar/x509').includes('asn1js'));
  });
});

test('the command prints each breach with its place and fails; without one it says nothing', () => {
  const copy = mkdtempSync(join(scratch, 'command-'));
  cpSync(join(top, 'scripts'), join(copy, 'scripts'), { recursive: true });
  cpSync(join(top, 'package-lock.json'), join(copy, 'package-lock.json'));
  symlinkSync(join(top, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, 'src/base'), { recursive: true });
  const script = join(copy, 'scripts/check-imports.ts');

  assert.equal(execFileSync(process.execPath, [script], { encoding: 'utf8' }), '');

  writeFileSync(join(copy, 'src/base/a.ts'), "\nimport 'inquirer';\n");
  const failed = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  assert.equal(failed.status, 1);
  assert.equal(failed.stdout, 'src/base/a.ts:2:1 "base" may not import package "inquirer"\n');
  assert.match(failed.stderr, /1 breach of scripts\/import-table\.ts/);
});
