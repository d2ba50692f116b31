/**
 * Zeroes to be overwritten with a secret, outside of V8's heap. V8 keeps what is in typed arrays of up to 64 bytes
 * among its objects, which its garbage collector moves: the copy it leaves behind is nobody's to zero.
 */
export function secretBytes(length: number): Buffer<ArrayBuffer> {
  return Buffer.from(new ArrayBuffer(length));
}
