/**
 * What a quick reader throws at text that is unusual. It is not an error of the sender: the thorough decoder reads the
 * request again from its beginning, and finds what is wrong, if anything.
 */
export class NotTranscodable extends Error {
  override readonly name = "Unusual";
}

/** One object for all, because its stack is never read and making one costs more than the second reading. */
export const NOT_TRANSCODABLE = new NotTranscodable("This is to be read the thorough way");
