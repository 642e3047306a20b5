import title from '@salesforce/label/c.PC_Error_Title';
import unknown from '@salesforce/label/c.PC_Error_Unknown';
import offline from '@salesforce/label/c.PC_Error_Offline';
import noAccess from '@salesforce/label/c.PC_Error_NoAccess';
import notFound from '@salesforce/label/c.PC_Error_NotFound';
import session from '@salesforce/label/c.PC_Error_Session';
import stale from '@salesforce/label/c.PC_Error_Stale';
import busy from '@salesforce/label/c.PC_Error_Busy';
import server from '@salesforce/label/c.PC_Error_Server';
import fieldGone from '@salesforce/label/c.PC_Error_FieldGone';
import retry from '@salesforce/label/c.PC_Error_Retry';
import details from '@salesforce/label/c.PC_Error_Details';

export const errorText = Object.freeze({
  title,
  unknown,
  offline,
  noAccess,
  notFound,
  session,
  stale,
  busy,
  server,
  fieldGone,
  retry,
  details
});
