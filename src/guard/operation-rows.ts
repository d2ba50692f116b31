import { escapeForeign } from '../base/text.ts';
import type { Operation } from '../quorum/operation.ts';

/** What an operation was for, on a page that lists many: enough of a digest to tell the keys of a ceremony apart, 8 bytes. */
export function subjectRows(operation: Operation): string[] {
  switch (operation.op) {
    case 'set-key-state':
      return [`${keyWords(operation.key)}, ${operation.from} to ${operation.to.toUpperCase()}`];
    case 'record-loss':
      return [`${operation.kind} ${escapeForeign(operation.thing)}: ${operation.to.toUpperCase()}`];
    case 'destroy-key':
    case 'unwrap-key':
      return [keyWords(operation.key)];
    case 'wrap-key':
      return [
        keyWords(operation.key),
        ...(operation.paper ? ['its operation says: the shares of its set are on paper too'] : []),
      ];
    case 'rotate-activation':
      return [`new ${operation.set.kind} set ${operation.set.id}`];
    default:
      return [];
  }
}

function keyWords(digest: string): string {
  return `key ${digest.slice(0, 16)}...`;
}
