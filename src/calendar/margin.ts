/** Where a quorum, or a key, would be lost, or taken, by little: what kind of margin, of what, and a sentence. */
export interface Margin {
  readonly kind:
    | 'few-spare'
    | 'one-place'
    | 'one-person'
    | 'not-void'
    | 'lost'
    | 'left'
    | 'envelopes'
    | 'one-hsm'
    | 'rotation-begun'
    | 'wrapped-copies'
    | 'wrapped-beside';
  readonly what: string;
  readonly says: string;
}

export function margin(kind: Margin['kind'], what: string, says: string): Margin {
  return { kind, what, says };
}
