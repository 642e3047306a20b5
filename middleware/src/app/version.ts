/** Version of the service, as the connection record and `cosell --version` show it. */
export const version = '0.1.0';
