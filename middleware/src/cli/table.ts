/** A plain table for terminals: columns as wide as their content, long texts broken at blanks. */

/** Breaks a text into lines of at most `width` characters; a word that is longer is cut. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of text.split('\n')) {
    let line = '';
    for (const word of part.split(' ')) {
      let rest = word;
      if (line !== '' && line.length + 1 + rest.length > width) {
        lines.push(line);
        line = '';
      }
      while (rest.length > width) {
        lines.push(rest.slice(0, width));
        rest = rest.slice(width);
      }
      line = line === '' ? rest : `${line} ${rest}`;
    }
    lines.push(line);
  }
  return lines;
}

/**
 * @param widest most characters per column
 */
export function printTable(heads: readonly string[], rows: readonly (readonly string[])[], widest: readonly number[]): string {
  const cells = [heads, ...rows].map((row) => heads.map((_, column) => wrap(row[column] ?? '', widest[column] ?? 40)));
  const widths = heads.map((_, column) => Math.max(...cells.flatMap((row) => row[column]?.map((line) => line.length) ?? [0])));
  const print = (row: readonly string[][]): string[] => {
    const height = Math.max(...row.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      row
        .map((lines, column) => (lines[line] ?? '').padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  };
  const [head, ...body] = cells;
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [...print(head ?? []), rule, ...body.flatMap(print)].join('\n');
}
