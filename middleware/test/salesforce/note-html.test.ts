/** Enhanced notes hold HTML; Microsoft reads their text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { noteOfText, textOfNote } from '../../src/salesforce/translate/note-html.ts';

test('a text written into a note and read from it is the same, line by line', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replace(/\s/g, ' ').replaceAll('\u00a0', ' ').trim());
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const text = lines.join('\n').trim();
      assert.equal(textOfNote(noteOfText(text)), text);
    }),
  );
});

test('what people write in the editor is read as they see it', () => {
  const table: readonly (readonly [string, string])[] = [
    ['<p>First</p><p><br></p><p>Third &amp; last</p>', 'First\n\nThird & last'],
    ['<p>One<br>two</p>', 'One\ntwo'],
    ['<p><b>Next:</b></p><ul><li>call Ada</li><li>send <i>offer</i></li></ul>', 'Next:\n- call Ada\n- send offer'],
    ['<p>A&nbsp;B &lt;tag&gt;</p>', 'A B <tag>'],
    ['<div>plain</div>', 'plain'],
    ['no markup at all', 'no markup at all'],
    ['', ''],
    ['<p><br></p>', ''],
  ];
  for (const [html, text] of table) assert.equal(textOfNote(html), text, html);
});

test('what looks like markup in a text stays text', () => {
  assert.equal(noteOfText('5 < 6 & "x"'), '<p>5 &lt; 6 &amp; &quot;x&quot;</p>');
  assert.equal(textOfNote(noteOfText('<script>alert(1)</script>')), '<script>alert(1)</script>');
});
