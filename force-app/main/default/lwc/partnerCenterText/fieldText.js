import name from '@salesforce/label/c.PC_Field_Name';
import value from '@salesforce/label/c.PC_Field_Value';
import currency from '@salesforce/label/c.PC_Field_Currency';
import closeDate from '@salesforce/label/c.PC_Field_CloseDate';
import notes from '@salesforce/label/c.PC_Field_Notes';
import campaign from '@salesforce/label/c.PC_Field_Campaign';
import stateReason from '@salesforce/label/c.PC_Field_StateReason';
import salesStage from '@salesforce/label/c.PC_Field_SalesStage';
import externalReference from '@salesforce/label/c.PC_Field_ExternalReference';
import customerName from '@salesforce/label/c.PC_Field_CustomerName';
import customerAddressLine1 from '@salesforce/label/c.PC_Field_CustomerAddressLine1';
import customerAddressLine2 from '@salesforce/label/c.PC_Field_CustomerAddressLine2';
import customerCity from '@salesforce/label/c.PC_Field_CustomerCity';
import customerState from '@salesforce/label/c.PC_Field_CustomerState';
import customerPostalCode from '@salesforce/label/c.PC_Field_CustomerPostalCode';
import customerCountry from '@salesforce/label/c.PC_Field_CustomerCountry';
import customerDuns from '@salesforce/label/c.PC_Field_CustomerDuns';
import customerSize from '@salesforce/label/c.PC_Field_CustomerSize';
import contacts from '@salesforce/label/c.PC_Field_Contacts';
import team from '@salesforce/label/c.PC_Field_Team';
import solutions from '@salesforce/label/c.PC_Field_Solutions';
import help from '@salesforce/label/c.PC_Field_Help';
import noteToMicrosoft from '@salesforce/label/c.PC_Field_NoteToMicrosoft';
import consent from '@salesforce/label/c.PC_Field_Consent';
import visible from '@salesforce/label/c.PC_Field_Visible';
import marketplaceIntent from '@salesforce/label/c.PC_Field_MarketplaceIntent';
import partnerRole from '@salesforce/label/c.PC_Field_PartnerRole';
import solutionArea from '@salesforce/label/c.PC_Field_SolutionArea';
import solutionPlay from '@salesforce/label/c.PC_Field_SolutionPlay';
import state from '@salesforce/label/c.PC_Field_State';
import microsoftStatus from '@salesforce/label/c.PC_Field_MicrosoftStatus';
import microsoftReason from '@salesforce/label/c.PC_Field_MicrosoftReason';
import microsoftSeller from '@salesforce/label/c.PC_Field_MicrosoftSeller';
import microsoftCrmId from '@salesforce/label/c.PC_Field_MicrosoftCrmId';
import expiresAt from '@salesforce/label/c.PC_Field_ExpiresAt';
import registrationStatus from '@salesforce/label/c.PC_Field_RegistrationStatus';

export const fieldText = Object.freeze({
  name,
  value,
  currency,
  closeDate,
  notes,
  campaign,
  stateReason,
  salesStage,
  externalReference,
  customerName,
  customerAddressLine1,
  customerAddressLine2,
  customerCity,
  customerState,
  customerPostalCode,
  customerCountry,
  customerDuns,
  customerSize,
  contacts,
  team,
  solutions,
  help,
  noteToMicrosoft,
  consent,
  visible,
  marketplaceIntent,
  partnerRole,
  solutionArea,
  solutionPlay,
  state,
  microsoftStatus,
  microsoftReason,
  microsoftSeller,
  microsoftCrmId,
  expiresAt,
  registrationStatus
});
