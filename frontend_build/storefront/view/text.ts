// A text for the head of a page: one line, cut between words.
export function summary(text: string, most: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "");
  return `${cut.replace(/\s+\S*$/, "").replace(/[\s.,;:–-]+$/, "") || cut}…`;
}
