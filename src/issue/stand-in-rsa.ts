/** SubjectPublicKeyInfo of an RSA-4096 key with exponent 65537, base64. Its private key was never stored. */
export const STAND_IN_RSA_4096 =
  'MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA4gclwACACRQMfIpaIKUosnLz4LBS7Lcpv/lHZtREfjvId8LSb9SwKsAm' +
  '4+skHmlFdBq7JNWc6MwWofQ4b/Y/s3vRigZFzvsYxF3yUT419J4NQdE7H5Kzr0CqQFUzSD0INnqaVsJPlwi77pwcpJicufrmTXhn' +
  'n1PY8Xmd+YbdgUtMKFyoQ8CoqT8PvKowh5h7pz2DpSuyBB4N7S93hcbrQvbfBLf5rs9TdtunUKPXcFsSEUV4IP1VdJEwq52cZphH' +
  '9RYR71xtMo7PZIiQi6x2rDyn0BF8pfcBVsQoZoahHizcZ17yIg+m1kBN8HXWxPaQrZdCk4rEeefw2jBK+5DJaBRDISqOgpXABd1E' +
  'o7Z5b5Hr3VaAlrrLgtAeKNVJ/AMELGnNA3MtDy7iomeD8TVTh6sZ4bM6vDy/sZfjWwS6mj70jB0IpKWzxtb8JJ2yYututmqc6Ihx' +
  'NW8ORc6/LrIBc2GPQGQMLVeKSiFPFtpnFpMPE1nZvmZ8rAbQR7MjQV+7hRPEoozZkm0lAjEBjGweqdPo+SaPi/525QhoyCNyudN/' +
  '0Rz2nksSPKD1p7EpRiLIkVcCTA74z3eXiqmvtpTNY2d1M+NPP0uDfLaZykMPcD+ZvUy/fk0oDZBLdmbkN0oOgOFWu2Z+/0XB2BJO' +
  'qR5ESiy5iweOE10GA+pAri61FhsCAwEAAQ==';
