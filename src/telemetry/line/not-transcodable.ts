/**
 * What a quick reader throws at text that is unusual. It is no error of the sender: the thorough way reads all of it again
 * from its beginning, and finds what is wrong, if anything.
 */
export class NotTranscodable extends Error {
  override readonly name = "Unusual";
}

/** One for all: nobody looks at its stack, and it is not to cost more than the second reading. */
export const NOT_TRANSCODABLE = new NotTranscodable("This is to be read the thorough way");
