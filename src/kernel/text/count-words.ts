/** How many words a text has: runs of characters without white space, as `wc -w` counts. Takes linear time. */
export function countWords(text: string): number {
  let words = 0;
  for (const _word of text.matchAll(/\S+/gu)) words += 1;
  return words;
}
