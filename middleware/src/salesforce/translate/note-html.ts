/** The body of an enhanced note is HTML; what is shared with Microsoft is its text, line by line. */
import { decodeEntities } from './text.ts';

const lineEnd = /<br\s*\/?>|<\/(?:p|div|li|h[1-6]|tr|blockquote)\s*>/gi;

/** Text of a note's HTML: paragraphs and breaks are line ends, list entries begin with a dash, other markup is left out. */
export function textOfNote(html: string): string {
  const lines = html
    .replace(/\r?\n/g, ' ')
    .replace(/<(p|div|li)([^>]*)>\s*<br\s*\/?>\s*<\/\1\s*>/gi, '<$1$2></$1>')
    .replace(/<li[^>]*>/gi, '- ')
    .replace(lineEnd, '\n')
    .replace(/<[^>]*>/g, '');
  return decodeEntities(lines)
    .split('\n')
    .map((line) => line.replaceAll('\u00a0', ' ').trim())
    .join('\n')
    .trim();
}

const escaped: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text as the HTML of a note: one paragraph for each line. */
export const noteOfText = (text: string): string =>
  text
    .split('\n')
    .map((line) => `<p>${line.trim() === '' ? '<br>' : line.replace(/[&<>"']/g, (character) => escaped[character] ?? character)}</p>`)
    .join('');
