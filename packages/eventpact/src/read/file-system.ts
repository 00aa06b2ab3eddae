/**
 * What reading needs from the outside. Paths are relative to one base folder (the project root), use `/`,
 * and are the paths that diagnostics show. An implementation over a git tree or a map works as well as a disk.
 */
export interface FileSystem {
  /** Every file below the folder, in any order; `[]` when the folder does not exist. */
  list(folder: string): Promise<readonly string[]>;
  /** The file's bytes, or `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
}
