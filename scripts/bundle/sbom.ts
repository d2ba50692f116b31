import type { Package } from './packages.ts';

export interface Licensed extends Package {
  readonly license: string;
}

/** What stands in the list beside the packages. */
export interface Described {
  readonly version: string;
  readonly license: string;
  /** SHA-256 of what `quorate version --sums` prints, in hex. */
  readonly programDigest: string;
  /** Moment of the commit; the list would differ from build to build if it were that of the build. */
  readonly atUtc: string;
  /** Package whose binary runs the program. */
  readonly runtime: string;
  /** What is compiled into that binary → its version: `process.versions`. */
  readonly builtIn: Readonly<Record<string, string | undefined>>;
  /** Places of the packages that the program itself names. */
  readonly direct: readonly string[];
  /** Files that are not in a package as its authors packed it, or decide most: path in the bundle → SHA-256 in hex. */
  readonly files: Readonly<Record<string, string>>;
}

/** Numbers of interfaces, and the runtime itself under its first name. */
const NOT_BUILT_IN = new Set(['node', 'modules', 'napi']);
/** An SPDX identifier. Identifiers with operators between them are an expression, and everything else is words. */
const IDENTIFIER = /^[A-Za-z0-9.+-]+$/;
const EXPRESSION = /^\(?[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) \(?[A-Za-z0-9.+-]+\)?)+$/;

/**
 * The bill of materials: CycloneDX 1.6, JSON (ECMA-424, 1st edition). The same packages give the same bytes: it has no
 * serial number, which would have to be a random one.
 */
export function billOfMaterials(packages: readonly Licensed[], about: Described): string {
  const refs = new Map(packages.map((one) => [one.path, refOf(one)]));
  const program = `pkg:generic/quorate@${about.version}`;
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      timestamp: about.atUtc,
      component: {
        type: 'application',
        'bom-ref': program,
        name: 'quorate',
        version: about.version,
        licenses: licensesOf(about.license),
        purl: program,
        properties: [{ name: 'quorate:program-digest:sha256', value: about.programDigest }],
      },
    },
    components: packages.map((one) => ({
      type: one.name === about.runtime ? 'platform' : 'library',
      'bom-ref': refOf(one),
      ...nameOf(one.name),
      version: one.version,
      scope: 'required',
      hashes: [{ alg: 'SHA-512', content: one.sha512 }],
      licenses: licensesOf(one.license),
      purl: purlOf(one),
      ...partsOf(one, about),
      properties: [{ name: 'quorate:path', value: one.path }],
    })),
    dependencies: [
      { ref: program, dependsOn: refsOf(about.direct, refs) },
      ...packages.map((one) => ({ ref: refOf(one), dependsOn: refsOf(one.needs, refs) })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** A package that lies in two places in one version is two components. */
function refOf(one: Licensed): string {
  return one.path === `node_modules/${one.name}` ? purlOf(one) : `${purlOf(one)}#${one.path}`;
}

function refsOf(paths: readonly string[], refs: ReadonlyMap<string, string>): string[] {
  return paths.map((path) => refs.get(path) as string).sort();
}

/** Package URL: the scope's @ is %40 (purl specification, type "npm"). */
function purlOf({ name, version }: Package): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

/** CycloneDX has the scope of an npm package as its group. */
function nameOf(name: string): { readonly group?: string; readonly name: string } {
  const [scope, rest] = name.split('/');
  return rest === undefined ? { name } : { group: scope as string, name: rest };
}

function licensesOf(license: string): readonly object[] {
  if (IDENTIFIER.test(license)) return [{ license: { id: license } }];
  return EXPRESSION.test(license) ? [{ expression: license }] : [{ license: { name: license } }];
}

/** What is inside a package and has a version or a digest of its own. */
function partsOf(one: Licensed, about: Described): { readonly components?: readonly object[] } {
  const files = Object.entries(about.files)
    .filter(([path]) => path.startsWith(`${one.path}/`))
    .map(([path, sha256]) => ({ type: 'file', name: path, hashes: [{ alg: 'SHA-256', content: sha256 }] }));
  const builtIn = Object.entries(one.name === about.runtime ? about.builtIn : {})
    .filter(([name, version]) => version !== undefined && version !== '' && !NOT_BUILT_IN.has(name))
    .map(([name, version]) => ({ type: 'library', name, version }));
  const components = [...files, ...builtIn];
  return components.length === 0 ? {} : { components };
}
