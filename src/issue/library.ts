export type X509 = typeof import('@peculiar/x509');

let loading: Promise<X509> | undefined;

/** The X.509 library, loaded when something is first issued: no other command needs its 90 ms. */
export function loadX509(): Promise<X509> {
  loading ??= load();
  return loading;
}

async function load(): Promise<X509> {
  // The library's dependency injection looks for this polyfill while it is loaded.
  await import('reflect-metadata');
  return import('@peculiar/x509');
}
