import { parseAudit, parseAuditLine } from 'c/partnerCenterAuditLine';

const head = 'v1 2026-11-20 13:45:02Z | to Partner Center | updated | done';

describe('an audit line', () => {
  it('is read with everything it can carry', () => {
    const line = `${head} | by "Sam \\"S\\" Seller" | Value: "5" -> "6; 7 -> 8"; Close date: empty -> "x", lost "y | z"; Notes: changed | code V3 | text "a | b" | request 8f`;
    expect(parseAuditLine(line)).toEqual({
      at: Date.parse('2026-11-20T13:45:02Z'),
      way: 'to Partner Center',
      act: 'updated',
      result: 'done',
      by: 'Sam "S" Seller',
      changes: [
        { field: 'Value', from: '5', to: '6; 7 -> 8' },
        { field: 'Close date', from: null, to: 'x', lost: 'y | z' },
        { field: 'Notes' }
      ],
      code: 'V3',
      text: 'a | b',
      requestId: '8f'
    });
  });

  it('may end after the result', () => {
    expect(parseAuditLine(head)).toMatchObject({ by: null, changes: [], code: null, text: null, requestId: null });
  });

  it.each([
    'Synchronized successfully',
    '',
    'v2 2026-11-20 13:45:02Z | inside | noted | done',
    'v1 2026-11-20 13:45:02Z | sideways | noted | done',
    'v1 2026-11-20 13:45:02Z | inside | danced | done',
    'v1 2026-11-20 13:45:02Z | inside | noted | perhaps',
    `${head} | Value "5" -> "6"`,
    `${head} | Value: "5" -> 6`,
    `${head} | Value: "5" -> "6" -> "7"`,
    `${head} | Value: "5" -> "6", lost 7`,
    `${head} | Value: "5" -> "6", lost "7", lost "8"`
  ])('that is none is left to the reader as it is: %s', (line) => {
    expect(parseAuditLine(line)).toBeNull();
  });
});

describe('the audit field', () => {
  it('keeps every line, and the key of a line while newer ones are put on top', () => {
    const before = parseAudit(`${head}\nodd`);
    const after = parseAudit(`${head}\n${head}\r\nodd\n\n`);
    expect(before.map((line) => line.key)).toEqual(['2', '1']);
    expect(after.map((line) => line.key)).toEqual(['3', '2', '1']);
    expect(after[2]).toEqual({ key: '1', raw: 'odd', entry: null });
    expect(parseAudit(null)).toEqual([]);
  });
});
