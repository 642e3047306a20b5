import title from '@salesforce/label/c.PC_Next_Title';
import nothing from '@salesforce/label/c.PC_Next_Nothing';
import nothingWaiting from '@salesforce/label/c.PC_Next_NothingWaiting';
import nothingHold from '@salesforce/label/c.PC_Next_NothingHold';
import nothingClosed from '@salesforce/label/c.PC_Next_NothingClosed';
import answer from '@salesforce/label/c.PC_Next_Answer';
import answerAnyTime from '@salesforce/label/c.PC_Next_AnswerAnyTime';
import decide from '@salesforce/label/c.PC_Next_Decide';
import decideMany from '@salesforce/label/c.PC_Next_DecideMany';
import match from '@salesforce/label/c.PC_Next_Match';
import confirm from '@salesforce/label/c.PC_Next_Confirm';
import cure from '@salesforce/label/c.PC_Next_Cure';
import missing from '@salesforce/label/c.PC_Next_Missing';
import missingMany from '@salesforce/label/c.PC_Next_MissingMany';
import missingFirst from '@salesforce/label/c.PC_Next_MissingFirst';
import missingFirstMany from '@salesforce/label/c.PC_Next_MissingFirstMany';
import share from '@salesforce/label/c.PC_Next_Share';
import resume from '@salesforce/label/c.PC_Next_Resume';
import read from '@salesforce/label/c.PC_Next_Read';
import offline from '@salesforce/label/c.PC_Next_Offline';
import notConnected from '@salesforce/label/c.PC_Next_NotConnected';

export const nextText = Object.freeze({
  title,
  nothing,
  nothingWaiting,
  nothingHold,
  nothingClosed,
  answer,
  answerAnyTime,
  decide,
  decideMany,
  match,
  confirm,
  cure,
  missing,
  missingMany,
  missingFirst,
  missingFirstMany,
  share,
  resume,
  read,
  offline,
  notConnected
});
