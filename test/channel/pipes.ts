import { Duplex } from 'node:stream';

/** Two ends of a pipe in this process. As the system does, it copies: each end keeps, and may zero, its own buffers. */
export function pipePair(): readonly [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (other: number): Duplex => {
    let open = true;
    const shut = () => {
      if (open && !ends[other]?.destroyed) ends[other]?.push(null);
      open = false;
    };
    return new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        if (!ends[other]?.destroyed) ends[other]?.push(Buffer.from(chunk));
        done();
      },
      final(done) {
        shut();
        done();
      },
      destroy(error, done) {
        shut();
        done(error);
      },
    });
  };
  ends.push(end(1), end(0));
  return [ends[0] as Duplex, ends[1] as Duplex];
}
