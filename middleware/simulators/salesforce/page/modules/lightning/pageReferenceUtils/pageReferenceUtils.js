/** Stand-in for `lightning/pageReferenceUtils`. */
export const encodeDefaultFieldValues = (values) =>
  Object.entries(values)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join(',');

export const decodeDefaultFieldValues = (text) =>
  Object.fromEntries(text.split(',').map((pair) => pair.split('=').map(decodeURIComponent)));
