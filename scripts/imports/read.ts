import { lstatSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { API } from 'typescript/unstable/sync';
import { type Facts, readFacts } from './syntax.ts';

export interface SourceFile extends Facts {
  /** From the root of the sources, with `/`: `quorum/roster.ts`. */
  readonly path: string;
  /** Line and column, from 1, of an offset. */
  readonly position: (at: number) => readonly [line: number, column: number];
}

export interface Sources {
  readonly files: readonly SourceFile[];
  /** What is not a plain TypeScript file: links, and code in other languages. */
  readonly strange: readonly { readonly path: string; readonly what: string }[];
}

/** Other code that Node would run; data files may lie beside the code that reads them. */
const OTHER_CODE = /\.([cm]?js|[cm]ts|tsx|jsx|node|wasm)$/;

/** Parses every file below `root` with the compiler's own parser. Nothing is resolved, checked or run. */
export function readSources(root: string): Sources {
  const strange: { path: string; what: string }[] = [];
  const paths: string[] = [];
  const walk = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const full = join(folder, name);
      const path = relative(root, full);
      const stat = lstatSync(full);
      if (stat.isSymbolicLink()) strange.push({ path, what: 'a symbolic link' });
      else if (stat.isDirectory()) walk(full);
      else if (OTHER_CODE.test(name)) strange.push({ path, what: 'code that is not a .ts file' });
      else if (name.endsWith('.ts')) paths.push(path);
    }
  };
  walk(root);

  // The project exists only in the compiler's eyes: exactly these files, with no libraries and no resolution.
  const config = join(root, 'imports.tsconfig.json');
  const options = {
    noLib: true,
    noResolve: true,
    types: [],
    noEmit: true,
    allowImportingTsExtensions: true,
    module: 'preserve',
  };
  const text = JSON.stringify({ compilerOptions: options, files: paths });
  const api = new API({
    cwd: root,
    fs: {
      readFile: (name) => (name === config ? text : undefined),
      fileExists: (name) => (name === config ? true : undefined),
    },
  });
  try {
    const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
    const files = paths.map((path): SourceFile => {
      const tree = project?.program.getSourceFile(join(root, path));
      if (!tree) throw new Error(`the compiler did not parse ${path}`);
      const position = (at: number) => {
        const { line, character } = tree.getLineAndCharacterOfPosition(at);
        return [line + 1, character + 1] as const;
      };
      return { path, position, ...(path.endsWith('.d.ts') ? declared(readFacts(tree)) : readFacts(tree)) };
    });
    return { files, strange };
  } finally {
    api.close();
  }
}

/** A file of declarations runs nothing: what it imports are types, and what it names is not used. */
function declared({ imports }: Facts): Facts {
  return { imports: imports.map((use) => ({ ...use, kind: 'type' })), suspects: [] };
}
