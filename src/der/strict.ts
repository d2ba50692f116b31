import { childrenOf, contentOf, type DerNode, readDer, setOf } from './reader.ts';
import { TAG } from './tags.ts';
import { timeOf } from './time.ts';
import { bitStringOf, booleanOf, checkNull, integerBytes, oidOf, textOf } from './values.ts';

/**
 * Checks an element of unknown meaning down to its leaves: every universal type in its DER form, SETs in order.
 * For what a model keeps raw: algorithm parameters, policy qualifiers, values of unknown extensions. What is under
 * an IMPLICIT primitive tag is opaque.
 * @throws CeremonyError DER_INVALID
 */
export function checkTree(node: DerNode, what: string): void {
  if (node.tag & 0x20) {
    const children = childrenOf(node, what, node.tag);
    // Elements of one type are a SET OF, and in order. Those of several may be a SET, whose order is another one.
    if (node.tag === TAG.set && children.every((child) => child.tag === children[0]?.tag)) setOf(node, what);
    for (const child of children) checkTree(child, what);
    return;
  }
  checkLeaf(node, what);
}

function checkLeaf(node: DerNode, what: string): void {
  switch (node.tag) {
    case TAG.boolean:
      booleanOf(node, what);
      break;
    case TAG.integer:
    case TAG.enumerated:
      integerBytes(node, what);
      break;
    case TAG.bitString:
      bitStringOf(node, what);
      break;
    case TAG.null:
      checkNull(node, what);
      break;
    case TAG.oid:
      oidOf(node, what);
      break;
    case TAG.utcTime:
    case TAG.generalizedTime:
      timeOf(node, what);
      break;
    case TAG.utf8String:
    case TAG.numericString:
    case TAG.printableString:
    case TAG.teletexString:
    case TAG.ia5String:
    case TAG.visibleString:
    case TAG.universalString:
    case TAG.bmpString:
      textOf(node, what);
      break;
    default:
      contentOf(node);
  }
}

/** Whether the bytes are one strict DER element. @throws CeremonyError DER_INVALID */
export function checkDer(bytes: Uint8Array, name: string): void {
  checkTree(readDer(bytes, name), name);
}
