/** Answers of the webhook API (API §11.1). Samples are Pascal-case, the machine-readable contract is camel-case: both are read. */
import { z } from 'zod';

const anyCase = <S extends z.ZodType>(shape: S) =>
  z.preprocess(
    (body) =>
      typeof body === 'object' && body !== null && !Array.isArray(body)
        ? Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value as unknown]))
        : body,
    shape,
  );

export const RegistrationBody = anyCase(
  z.object({
    webhookurl: z.string(),
    webhookevents: z
      .array(z.string())
      .nullish()
      .transform((events) => events ?? []),
  }),
);
export const EventNames = z.array(z.string());
export const TestStarted = anyCase(z.object({ correlationid: z.string().min(1) }));
export const TestResult = anyCase(
  z.object({
    status: z.string(),
    callbackurl: z.string().nullish(),
    results: z
      .array(
        anyCase(
          z.object({
            responsecode: z.string().nullish(),
            responsemessage: z.string().nullish(),
            systemerror: z.unknown(),
            datetimeutc: z.string().nullish(),
          }),
        ),
      )
      .nullish()
      .transform((results) => results ?? []),
  }),
);

/** Null when the answer is not of this shape. */
export function readAs<S extends z.ZodType>(shape: S, body: unknown): z.infer<S> | null {
  const result = shape.safeParse(body);
  return result.success ? result.data : null;
}
