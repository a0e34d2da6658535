import { expect, test } from "bun:test";
import { authoriseBy } from "../../src/audience/bearer.ts";

const TOKEN = "a-long-enough-token";

test("authoriseBy() without a token lets everybody in", () => {
  for (const authorization of [undefined, null, "", "Bearer x"]) expect(authoriseBy("")(authorization)).toBe(true);
});

test.each([`Bearer ${TOKEN}`, `bearer ${TOKEN}`, `BEARER  ${TOKEN} `])("authoriseBy() lets %j in", (authorization) => {
  expect(authoriseBy(TOKEN)(authorization)).toBe(true);
});

test.each([undefined, null, "", "Bearer", "Bearer ", TOKEN, `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, `Bearer x ${TOKEN}`])(
  "authoriseBy() keeps %j out",
  (authorization) => {
    expect(authoriseBy(TOKEN)(authorization)).toBe(false);
  },
);
