import { fill } from 'c/partnerCenterText';

describe('fill', () => {
  it('fills placeholders and leaves those without a value visible', () => {
    expect(fill('{0} of {1}', 1, 'b')).toBe('1 of b');
    expect(fill('{0} of {1}', 1)).toBe('1 of {1}');
  });
});
