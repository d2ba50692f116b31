import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isBinaryExpression,
  isCallExpression,
  isElementAccessExpression,
  isExportDeclaration,
  isIdentifier,
  isImportDeclaration,
  isImportEqualsDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isMetaProperty,
  isNamedExports,
  isNamedImports,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isPropertyAccessExpression,
  isStringLiteral,
} from 'typescript/unstable/ast/is';

/** `static` runs when the file is loaded, `dynamic` when an `import()` is reached, `type` never. */
export type ImportKind = 'static' | 'dynamic' | 'type';

export interface ImportUse {
  readonly kind: ImportKind;
  readonly specifier: string;
  /** Exported names that are taken; 'default' and '*' (all of them) included. Empty: loaded for its effects alone. */
  readonly names: readonly string[];
  readonly at: number;
}

/** Something in a file that is wrong in every folder (`always`), or in those that must be pure. */
export interface Suspect {
  readonly what: string;
  readonly always: boolean;
  readonly at: number;
}

export interface Facts {
  readonly imports: readonly ImportUse[];
  readonly suspects: readonly Suspect[];
}

/** Globals that load code, reach the network, or hide which global is used. */
const NEVER_GLOBALS = new Set([
  'eval',
  'EventSource',
  'fetch',
  'Function',
  'global',
  'globalThis',
  'navigator',
  'require',
  'WebSocket',
  'XMLHttpRequest',
]);

/** Properties through which Node loads code without an import. */
const NEVER_PROPERTIES = new Set(['_linkedBinding', 'createRequire', 'dlopen', 'getBuiltinModule', 'mainModule']);

/** Globals whose results differ from run to run or from machine to machine. */
const AMBIENT_GLOBALS = new Set(['console', 'crypto', 'Intl', 'performance', 'process']);

/** Properties whose results depend on the machine's locale or time zone. */
const AMBIENT_PROPERTY =
  /^(localeCompare|toLocale\w+|getTimezoneOffset|[gs]et(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds))$/;

/** What of Date and Math is the same everywhere; the clock and the dice are not. */
const PURE_DATE = new Set(['parse', 'UTC']);

/** Everything in a syntax tree that concerns what the file may load and touch. Types and comments do not run. */
export function readFacts(tree: Node): Facts {
  const imports: ImportUse[] = [];
  const suspects: Suspect[] = [];
  const suspect = (node: Node, what: string, always: boolean) => suspects.push({ what, always, at: node.getStart() });

  const visit = (node: Node): void => {
    if (isImportDeclaration(node)) {
      const clause = node.importClause;
      if (clause?.phaseModifier === SyntaxKind.DeferKeyword) suspect(node, 'import defer', true);
      const kind = clause?.phaseModifier === SyntaxKind.TypeKeyword ? 'type' : 'static';
      const names = clause?.name ? ['default'] : [];
      const bindings = clause?.namedBindings;
      if (bindings && isNamedImports(bindings)) names.push(...namesOf(bindings.elements));
      else if (bindings) names.push('*');
      imports.push({ kind, specifier: textOf(node.moduleSpecifier), names, at: node.getStart() });
      return;
    }
    if (isExportDeclaration(node) && node.moduleSpecifier) {
      const clause = node.exportClause;
      const names = clause && isNamedExports(clause) ? namesOf(clause.elements) : ['*'];
      imports.push({
        kind: node.isTypeOnly ? 'type' : 'static',
        specifier: textOf(node.moduleSpecifier),
        names,
        at: node.getStart(),
      });
      return;
    }
    if (isImportEqualsDeclaration(node)) {
      suspect(node, 'import … = …', true);
      return;
    }
    if (isImportTypeNode(node)) {
      const argument = node.argument;
      const specifier = isLiteralTypeNode(argument) ? textOf(argument.literal) : '';
      imports.push({ kind: 'type', specifier, names: ['*'], at: node.getStart() });
    } else if (isCallExpression(node)) {
      const callee = node.expression;
      const phased =
        isMetaProperty(callee) && callee.keywordToken === SyntaxKind.ImportKeyword && callee.name.text !== 'meta';
      if (phased) suspect(node, `import.${callee.name.text}()`, true);
      if (callee.kind === SyntaxKind.ImportKeyword) {
        const specifier = node.arguments[0];
        if (specifier && (isStringLiteral(specifier) || isNoSubstitutionTemplateLiteral(specifier))) {
          imports.push({ kind: 'dynamic', specifier: specifier.text, names: ['*'], at: node.getStart() });
        } else {
          suspect(node, 'an import() of something that is not a literal', true);
        }
      }
    } else if (isMetaProperty(node) && node.keywordToken === SyntaxKind.ImportKeyword && node.name.text === 'meta') {
      suspect(node, 'import.meta', false);
      return;
    } else if (isIdentifier(node)) {
      judgeIdentifier(node.text, node);
    } else if (isElementAccessExpression(node)) {
      const name = textOf(node.argumentExpression);
      const object = node.expression;
      if (NEVER_PROPERTIES.has(name)) suspect(node, `["${name}"]`, true);
      else if (name === '' && isIdentifier(object) && object.text === 'process') suspect(node, 'process[…]', true);
    }
    // A type runs nothing; only the import types within it count.
    if (isTypePosition(node)) node.forEachChild(visitType);
    else node.forEachChild(visit);
  };
  const visitType = (node: Node): void => {
    if (isImportTypeNode(node)) visit(node);
    else node.forEachChild(visitType);
  };

  const judgeIdentifier = (name: string, node: Node): void => {
    if (isPropertyName(node)) {
      if (NEVER_PROPERTIES.has(name)) suspect(node, name, true);
      else if (AMBIENT_PROPERTY.test(name)) suspect(node, `.${name}`, false);
    } else if (NEVER_GLOBALS.has(name) || NEVER_PROPERTIES.has(name)) suspect(node, name, true);
    else if (AMBIENT_GLOBALS.has(name)) suspect(node, name, false);
    else if (name === 'Date' && !isPureDate(node))
      suspect(node, 'Date, other than Date.UTC, Date.parse and new Date(value)', false);
    else if (name === 'Math' && !isPureMath(node)) suspect(node, 'Math.random, or Math as a value', false);
  };

  visit(tree);
  return { imports, suspects };
}

function textOf(node: Node): string {
  return isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node) ? node.text : '';
}

type Specifier = Node & { readonly isTypeOnly: boolean; readonly propertyName?: Node; readonly name: Node };

/** `import { type A } from 'b'` takes no name, but still loads b. */
function namesOf(specifiers: readonly Specifier[]): string[] {
  const text = (node: Node) => (isIdentifier(node) ? node.text : textOf(node));
  return specifiers.filter((one) => !one.isTypeOnly).map((one) => text(one.propertyName ?? one.name));
}

function isTypePosition(node: Node): boolean {
  return (
    (node.kind >= SyntaxKind.FirstTypeNode && node.kind <= SyntaxKind.LastTypeNode) ||
    node.kind === SyntaxKind.InterfaceDeclaration ||
    node.kind === SyntaxKind.TypeAliasDeclaration
  );
}

/** `node` names a property of something else: `x.node`, `{ node: 1 }`, `class { node() {} }`. */
function isPropertyName(node: Node): boolean {
  const parent = node.parent as Node & { readonly name?: Node; readonly propertyName?: Node };
  switch (parent.kind) {
    case SyntaxKind.PropertyAccessExpression:
    case SyntaxKind.PropertyAssignment:
    case SyntaxKind.PropertyDeclaration:
    case SyntaxKind.PropertySignature:
    case SyntaxKind.MethodDeclaration:
    case SyntaxKind.MethodSignature:
    case SyntaxKind.GetAccessor:
    case SyntaxKind.SetAccessor:
      return parent.name === node;
    case SyntaxKind.BindingElement:
    case SyntaxKind.ImportSpecifier:
    case SyntaxKind.ExportSpecifier:
      return parent.propertyName === node;
    default:
      return false;
  }
}

function isPureDate(node: Node): boolean {
  const parent = node.parent;
  if (isPropertyAccessExpression(parent) && parent.expression === node) return PURE_DATE.has(parent.name.text);
  if (isNewExpression(parent) && parent.expression === node) {
    const first = parent.arguments?.[0];
    return first !== undefined && first.kind !== SyntaxKind.SpreadElement;
  }
  return isBinaryExpression(parent) && parent.operatorToken.kind === SyntaxKind.InstanceOfKeyword;
}

function isPureMath(node: Node): boolean {
  const parent = node.parent;
  return isPropertyAccessExpression(parent) && parent.expression === node && parent.name.text !== 'random';
}
