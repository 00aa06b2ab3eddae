/**
 * A name as the name of a file: every system keeps letters, digits, dots, dashes and pluses; other letters are written as
 * their bytes in hexadecimal, so that no name leads out of its folder and no two names are one file.
 */
export function fileNameOf(name: string): string {
  const encoded = [...new TextEncoder().encode(name)].map((byte) => {
    const letter = String.fromCharCode(byte);
    return /[A-Za-z0-9._+-]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, "0")}`;
  });
  const first = encoded[0];
  if (first === ".") encoded[0] = "%2e";
  return encoded.join("") || "%";
}

/** A version of a service: what a person can read back in one line. Undefined when it is fine, else why it is not. */
export function versionFault(version: string): string | undefined {
  if (version.trim() === "") return "A version must not be empty.";
  if (/[\p{C}\p{Zl}\p{Zp}]/u.test(version))
    return `A version is one line without control characters; this is ${JSON.stringify(version)}.`;
  if (version !== version.trim())
    return `A version begins and ends without blanks; this is ${JSON.stringify(version)}.`;
  return version.length > 200 ? "A version has at most 200 letters." : undefined;
}
