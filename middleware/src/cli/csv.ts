/** Comma-separated values with a header line (RFC 4180), as spreadsheets write them; semicolons and a byte order mark are understood. */

/** Cells of every line; quoted cells may hold separators, line ends and doubled quotes. */
function cellsOf(text: string, separator: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    cells.push(cell);
    cell = '';
  };
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') cell += text[(i += 1)];
      else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === separator) endCell();
    else if (character === '\n') {
      endCell();
      lines.push(cells);
      cells = [];
    } else if (character !== '\r') cell += character;
  }
  if (cell !== '' || cells.length > 0) {
    endCell();
    lines.push(cells);
  }
  return lines.filter((line) => line.some((one) => one.trim() !== ''));
}

/** One object per line, by the names of the header in lower case. */
export function parseCsv(text: string): readonly { readonly [name: string]: string }[] {
  const plain = text.replace(/^\ufeff/, '');
  const header = plain.slice(0, plain.search(/\r?\n|$/));
  const separator = header.includes(';') && !header.includes(',') ? ';' : ',';
  const [names = [], ...lines] = cellsOf(plain, separator);
  return lines.map((cells) => Object.fromEntries(names.map((name, column) => [name.trim().toLowerCase(), (cells[column] ?? '').trim()])));
}

/** One cell, quoted where it has to be. A text that a spreadsheet would take for a formula is made harmless. */
function cell(value: unknown): string {
  const plain = value === null || value === undefined ? '' : String(value);
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",;\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The text of a file with a header line; lines end as RFC 4180 says. */
export function printCsv(names: readonly string[], rows: readonly { readonly [name: string]: unknown }[]): string {
  return [names.join(','), ...rows.map((row) => names.map((name) => cell(row[name])).join(','))].map((line) => `${line}\r\n`).join('');
}
