/** Avro schemas by id: kept for the life of the process, one fetch in flight per id, a failure is not kept (Salesforce APIs §2.6). */
import avro from 'avsc';

export interface Decoder {
  /** Throws when the payload does not fit the schema. */
  decode(payload: Uint8Array): unknown;
}

export interface Schemas {
  get(id: string, fetch: (id: string) => Promise<string>): Promise<Decoder>;
}

function decoderOf(schemaJson: string): Decoder {
  // the schema is parsed by avsc, which refuses what is none
  const type = avro.Type.forSchema(JSON.parse(schemaJson) as avro.Schema);
  return { decode: (payload) => type.fromBuffer(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)) as unknown };
}

export function createSchemas(): Schemas {
  const known = new Map<string, Promise<Decoder>>();
  return {
    get(id, fetch) {
      const asked = known.get(id);
      if (asked) return asked;
      const decoder = fetch(id).then(decoderOf);
      known.set(id, decoder);
      decoder.catch(() => known.delete(id));
      return decoder;
    },
  };
}
