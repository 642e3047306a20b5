/** Version of the service, as the connection record and `cosell --version` show it. */
export const version = '0.1.0';

/** Version of the Salesforce package this service was made with; an older one lacks fields, which `cosell doctor` names. */
export const packageVersion = '0.1.0';
