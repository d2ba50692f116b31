/** SubjectPublicKeyInfo of an RSA key with exponent 65537, base64, by the bits of its modulus. No private key was ever stored. */
export const STAND_IN_RSA: { readonly [bits: number]: string } = {
  2048:
    'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvvpwzpO/r2+XZs7XI+nHtutWMxtSjJqfwvCVeghD/aeD559Ak+JIq0QC' +
    'ImSWLTiumLMQqLbFPh0g5qKtPhI7tS+aPeZWm+DSOmjaVmYssiByBZjpCEO3p7GiXDPf7mhh0srn9bW/Ch6Gg3ZRbH6aCaVtnGUr' +
    'S9IxRTEdy/VvVWRUBE2eYbNMFTpYRFKIvvBMuDwvjkGOpCAV6SKb17nP6ry3x1acFT4Ju3q39GqdlPW50yhMhdG41NEqiIFj1tAV' +
    '8XEFAFsqzNK9Vq/p0iUyaf19B2HjhAeo4MgpCjNaIMdj4hcRwIYEUyN1z3JZM0WtMhFZT0R1sq2oj0cYsaaR8QIDAQAB',
  3072:
    'MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEApOT3ovY9qMzUeec5e9n9GoMKLqGI3GYMexySGT8+Xp2OjvFQtynRincz' +
    'qINfY/DYXfeeMngJ8VBM881ZUzZOSTUM+WH9Dz0j3lY89bnbox9Pk9qQlnzewPC7DTlYRj386rNpqIBdzHAf3MfXyO5UbCMVizQj' +
    'jwiAf0p6RjMjTjkWBch0z5fcN39jfusL5Z60xERCAi8xza6JNOOeNxrlaIO56WKlkkSznVHWZiAs2s5iJ0zKFTHwT39BA77K3lHA' +
    'vtKxwN3Psz1WUClawyW2qpduMoyCgd46K+KJDDYjp6k6Ioq09+Etnjse6AFFuhYvs2lB8yrPhpH1b24p9x4DNBW53gLUJj5r2Rc0' +
    'ZOJ+5Z45YLv5k1YiNIy4KjxN6QV5uJM/oPSEzESvnkQvLldRxHEQygH/Jt3b5gKNXNTZRVpOtjcaY/c7pf985Y69Sgoak9LDqRGL' +
    'MS+DyH4hI0713MAxG29E/kzE17dop253JKLMe9uZcpaRhttVtwQuh4JNAgMBAAE=',
  4096:
    'MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA4gclwACACRQMfIpaIKUosnLz4LBS7Lcpv/lHZtREfjvId8LSb9SwKsAm' +
    '4+skHmlFdBq7JNWc6MwWofQ4b/Y/s3vRigZFzvsYxF3yUT419J4NQdE7H5Kzr0CqQFUzSD0INnqaVsJPlwi77pwcpJicufrmTXhn' +
    'n1PY8Xmd+YbdgUtMKFyoQ8CoqT8PvKowh5h7pz2DpSuyBB4N7S93hcbrQvbfBLf5rs9TdtunUKPXcFsSEUV4IP1VdJEwq52cZphH' +
    '9RYR71xtMo7PZIiQi6x2rDyn0BF8pfcBVsQoZoahHizcZ17yIg+m1kBN8HXWxPaQrZdCk4rEeefw2jBK+5DJaBRDISqOgpXABd1E' +
    'o7Z5b5Hr3VaAlrrLgtAeKNVJ/AMELGnNA3MtDy7iomeD8TVTh6sZ4bM6vDy/sZfjWwS6mj70jB0IpKWzxtb8JJ2yYututmqc6Ihx' +
    'NW8ORc6/LrIBc2GPQGQMLVeKSiFPFtpnFpMPE1nZvmZ8rAbQR7MjQV+7hRPEoozZkm0lAjEBjGweqdPo+SaPi/525QhoyCNyudN/' +
    '0Rz2nksSPKD1p7EpRiLIkVcCTA74z3eXiqmvtpTNY2d1M+NPP0uDfLaZykMPcD+ZvUy/fk0oDZBLdmbkN0oOgOFWu2Z+/0XB2BJO' +
    'qR5ESiy5iweOE10GA+pAri61FhsCAwEAAQ==',
};
