/** Bounds on what is read, so that no input can make the reader run away. Beyond one of them a file is a finding, not a crash. */
export const limits = {
  /** Bytes of one file. */
  fileBytes: 5_000_000,
  /** Bytes of one Pact file, or of a producer's answer: a verifier writes them, not a person. */
  pactBytes: 50_000_000,
  /** Files read in one run, referenced ones included. */
  files: 20_000,
  /** Maps and lists inside each other, after aliases. */
  depth: 100,
  /** Nodes of one file after its aliases are expanded; stops anchor bombs. */
  nodes: 500_000,
  /** `$ref` to `$ref` to `$ref` … before something else. */
  refChain: 50,
} as const;
