/** Number of employees → one of Microsoft's size bands (API §5.2: the bands overlap; the finer ones are used). */

const bands: readonly (readonly [number, string])[] = [
  [9, '1to9employees'],
  [50, '10to50employees'],
  [250, '51to250employees'],
  [1_000, '251to1000employees'],
  [5_000, '1001to5000employees'],
  [10_000, '5001to10000employees'],
  [20_000, '10001to20000employees'],
];

export function sizeBand(employees: number | null): string | null {
  if (employees === null || employees < 1) return null;
  return bands.find(([most]) => employees <= most)?.[1] ?? 'Morethan20000employees';
}
